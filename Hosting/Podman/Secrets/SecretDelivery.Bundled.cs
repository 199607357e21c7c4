namespace XoeNovAi.Hosting.Podman.Secrets;

/// <summary>Hands secrets over on the bundled hosting.</summary>
internal static class SecretDelivery
{
    public static void AsFiles(IResource container) => container.Annotations.Add(new SecretFilesAnnotation());

    /// <summary>Where a container has its secrets; null when they are in its environment.</summary>
    public static string? FolderOf(IResource container) => container.Annotations.OfType<SecretFilesAnnotation>().LastOrDefault()?.Folder;
}
