namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>The declaration that a container is in the network of another.</summary>
/// <param name="Owner">The other.</param>
internal sealed record NetworkSharing(ContainerResource Owner) : IResourceAnnotation
{
    /// <summary>Whose network a container is in; null when it has its own.</summary>
    public static ContainerResource? OwnerOf(IResource container) => container.Annotations.OfType<NetworkSharing>().LastOrDefault()?.Owner;
}
