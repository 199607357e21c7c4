namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Attaches containers to networks on the bundled hosting.</summary>
internal static class NetworkAttachment
{
    public static void Add(IResource container, PodmanNetworkResource network, IEnumerable<string> aliases)
    {
        var attachment = new ContainerNetworkAttachmentAnnotation(network.NetworkName);
        foreach (var alias in aliases)
        {
            attachment.Aliases.Add(alias);
        }

        container.Annotations.Add(attachment);
    }

    /// <summary>The names a container has on its networks beside its own.</summary>
    public static IEnumerable<string> AliasesOf(IResource container) => container.Annotations.OfType<ContainerNetworkAttachmentAnnotation>().SelectMany(static a => a.Aliases);

    /// <summary>Why a container is not as isolated as declared; here it is.</summary>
    public static string? Reservation => null;
}
