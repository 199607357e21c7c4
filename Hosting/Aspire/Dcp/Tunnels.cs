using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Dcp.Client;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Dcp;

/// <summary>The tunnel from each of the containers' networks to services of the host.</summary>
internal sealed class Tunnels(DistributedApplicationModel model, DcpHost host, ApplicationNetwork network)
{
    /// <summary>Leads from every network to those endpoints of the host that containers may use. Nothing waits for it: its addresses are known.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var services = TunnelledServices().ToList();
        var networks = network.Used;
        if (services.Count == 0 || networks.Count == 0)
        {
            return;
        }

        // They exist; DCP only has to be told of them.
        await Task.WhenAll(networks.Select(n => host.Client.CreateAsync(
            new DcpContainerNetwork { Metadata = new() { Name = ObjectNameOf(n) }, Spec = new() { NetworkName = n, Mode = DcpMode.Existing } },
            cancellationToken))).ConfigureAwait(false);
        await WaitUntilRunningAsync([.. networks], cancellationToken).ConfigureAwait(false);
        foreach (var name in networks)
        {
            var tunnels = services.ConvertAll(s => new DcpTunnel { Name = s, ServerServiceName = s, ClientServiceName = $"{s}-{ObjectNameOf(name)}" });
            await Task.WhenAll(tunnels.Select(t => host.Client.CreateAsync(
                new DcpService
                {
                    Metadata = new() { Name = t.ClientServiceName },
                    Spec = new() { Protocol = "TCP", AddressAllocationMode = DcpAddressAllocationMode.Proxyless },
                },
                cancellationToken))).ConfigureAwait(false);
            await host.Client.CreateAsync(
                new DcpTunnelProxy
                {
                    Metadata = new() { Name = $"tunnel-{ObjectNameOf(name)}" },
                    Spec = new() { ContainerNetworkName = ObjectNameOf(name), Aliases = [KnownHostNames.DefaultContainerTunnelHostName], Tunnels = tunnels },
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static string ObjectNameOf(string network) => network.Replace('_', '-').ToLowerInvariant();

    private async Task WaitUntilRunningAsync(HashSet<string> names, CancellationToken cancellationToken)
    {
        await foreach (var change in host.Client.WatchAsync<DcpContainerNetwork>(cancellationToken).ConfigureAwait(false))
        {
            switch (change.Object.Status?.State)
            {
                case DcpContainerNetworkState.Running:
                    names.RemoveWhere(n => ObjectNameOf(n) == change.Object.Metadata.Name);
                    break;
                case DcpContainerNetworkState.FailedToStart or DcpContainerNetworkState.NotFound:
                    throw new DistributedApplicationException($"The container network '{change.Object.Spec.NetworkName}' is not there: {change.Object.Status.Message}. Look at it with 'podman network inspect'.");
            }

            if (names.Count == 0)
            {
                return;
            }
        }
    }

    private IEnumerable<string> TunnelledServices()
        => model.Resources.Where(static r => ResourceExecutor.IsRun(r) && !r.IsContainer())
            .SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>().Where(static e => !e.ExcludeReferenceEndpoint).Select(e => EndpointAllocator.ServiceNameOf(r, e)));
}
