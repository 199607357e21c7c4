using System.Globalization;
using XoeNovAi.AppHost.Configuration;
using XoeNovAi.AppHost.Networks;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.AppHost.Services;

/// <summary>The sidecars of a service, one for each of its containers; there are some when the mesh is on and the model says of it who may call whom.</summary>
internal sealed class ServiceSidecars(string service, int port, StackNetworks networks, IReadOnlyList<IResourceBuilder<ContainerResource>> containers)
{
    private const int FirstUpstream = 21000;
    private readonly List<IResourceBuilder<ConsulSidecarResource>> _sidecars = [];
    private int _upstreams;

    private bool CanHaveSome => networks.Options.Mesh == MeshMode.On && containers.Count > 0 && networks.Consul.ApplicationBuilder.ExecutionContext.IsRunMode;

    /// <summary>Lets the service call another, through its sidecars and the other's.</summary>
    public void LeadTo(ServiceSidecars other)
    {
        if (!CanHaveSome || !other.CanHaveSome)
        {
            return;
        }

        Add();
        other.Add();
        networks.Consul.WithIntention(service, other.Service);
        var at = FirstUpstream + _upstreams++;
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{at}");
        foreach (var (container, sidecar) in containers.Zip(_sidecars))
        {
            sidecar.WithUpstream(other.Service, at);
            container.WithEnvironment($"Services__{other.Service}__http__0", address);
        }
    }

    private string Service => service;

    private void Add()
    {
        foreach (var (container, index) in containers.Select(static (c, i) => (c, i)).Skip(_sidecars.Count))
        {
            // The databases' network is where those of the mesh meet; a name that is only there says which of its addresses is meant.
            var address = $"{container.Resource.Name}-mesh";
            container.OnNetwork(networks.Db, address);
            _sidecars.Add(networks.Consul.AddSidecar($"{container.Resource.Name}-sidecar", service, (index + 1).ToString(CultureInfo.InvariantCulture), port, address)
                .WithSetupImage("consul", "1")
                .WithLimits(memoryMegabytes: 128, cpus: 0.5)
                .InNetworkOf(container));
        }
    }
}
