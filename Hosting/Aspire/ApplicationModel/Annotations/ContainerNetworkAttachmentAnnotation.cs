namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Puts a container on a network that was made beforehand, in place of the application's own.
/// Aspire has nothing of the kind; Hosting/Podman uses it where this hosting is the one in use.
/// </summary>
/// <param name="network">The network's name in the container runtime.</param>
public sealed class ContainerNetworkAttachmentAnnotation(string network) : IResourceAnnotation
{
    /// <summary>The network's name in the container runtime.</summary>
    public string Network { get; } = network;

    /// <summary>The container's names on it, beside the resource's.</summary>
    public IList<string> Aliases { get; } = [];
}
