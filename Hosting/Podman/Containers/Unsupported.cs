using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>What a container can say in Aspire and is not done here: refused by name, instead of left out.</summary>
internal static class Unsupported
{
    /// <exception cref="DistributedApplicationException">The container says it.</exception>
    public static void Refuse(ContainerResource container)
    {
        var refused = container.Annotations.OfType<ContainerNetworkAliasAnnotation>().FirstOrDefault(static a => a.Network != KnownNetworkIdentifiers.DefaultAspireContainerNetwork) is { } alias
            ? $"the alias '{alias.Alias}' on the network '{alias.Network}'; say OnNetwork(network, \"{alias.Alias}\")"
            : NetworkSharing.OwnerOf(container) is { } owner && (container.Annotations.OfType<EndpointAnnotation>().Any() || container.GetPodmanNetworks().Any())
            ? $"endpoints or networks of its own in the network of '{owner.Name}'; declare them on that"
            : container.TryGetLastAnnotation<PersistenceAnnotation>(out var persistence) && persistence.Mode == PersistenceMode.ParentProcess
            ? "a lifetime that is another process's; give it that of the session, or a persistent one"
            : null;
        if (refused is not null)
        {
            throw new DistributedApplicationException($"'{container.Name}' wants what rootless Podman's integration does not do: {refused}.");
        }
    }
}
