namespace XoeNovAi.Hosting.Podman.Secrets;

/// <summary>Aspire's own hosting has secrets in the container's environment.</summary>
internal static class SecretDelivery
{
    public static void AsFiles(IResource _)
    {
    }

    /// <summary>Where a container has its secrets: in its environment.</summary>
    public static string? FolderOf(IResource _) => null;
}
