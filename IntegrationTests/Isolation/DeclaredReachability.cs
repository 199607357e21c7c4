using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Who may reach whom, as a model declares it: containers that share a network, at their addresses on it.</summary>
internal sealed class DeclaredReachability
{
    private DeclaredReachability(IReadOnlyList<(string Container, IReadOnlyList<PodmanNetworkResource> Networks)> containers) => Containers = containers;

    /// <summary>The containers that are on networks, and which.</summary>
    public IReadOnlyList<(string Container, IReadOnlyList<PodmanNetworkResource> Networks)> Containers { get; }

    /// <summary>Reads it off a model.</summary>
    public static DeclaredReachability Of(DistributedApplicationModel model)
        => new([.. model.Resources.Where(static r => r.GetPodmanNetworks().Any()).Select(static r => (r.Name, (IReadOnlyList<PodmanNetworkResource>)[.. r.GetPodmanNetworks()])).OrderBy(static c => c.Name, StringComparer.Ordinal)]);

    /// <summary>Whether a container reaches what is on a network.</summary>
    public bool Allows(string from, PodmanNetworkResource on) => Containers.Any(c => c.Container == from && c.Networks.Contains(on));
}
