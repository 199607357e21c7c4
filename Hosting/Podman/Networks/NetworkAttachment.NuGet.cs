namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Aspire's own hosting has one network for all containers.</summary>
internal static class NetworkAttachment
{
    public static void Add(IResource container, PodmanNetworkResource _, IEnumerable<string> aliases)
    {
        foreach (var alias in aliases)
        {
            container.Annotations.Add(new ContainerNetworkAliasAnnotation(alias));
        }
    }

    /// <summary>The names a container has beside its own are all in its annotations.</summary>
    public static IEnumerable<string> AliasesOf(IResource _) => [];

    /// <summary>Why a container is not as isolated as declared.</summary>
    public static string? Reservation => "not isolated: this hosting has no networks, and secrets are in the environment";
}
