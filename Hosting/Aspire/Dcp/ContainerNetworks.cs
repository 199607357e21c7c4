using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;

namespace Aspire.Hosting.Dcp;

/// <summary>The containers' networks as DCP knows them, and the tunnel from each to services of the host.</summary>
internal sealed class ContainerNetworks(DistributedApplicationModel model, DcpHost host)
{
    private const string Default = "default";
    private Task _running = Task.CompletedTask;

    /// <summary>
    /// Makes DCP's networks and returns when containers can be put on them. Networks that containers were put on
    /// exist already; DCP has to know those only for tunnels, and nobody waits for that.
    /// </summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var tunnelled = TunnelledServices().Any();
        var names = Used().Where(n => n == Default || tunnelled).ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
        {
            return;
        }

        var onDefault = names.Contains(Default);
        await Task.WhenAll(names.Select(n => host.Client.CreateAsync(
            new DcpContainerNetwork
            {
                Metadata = new() { Name = ObjectNameOf(n) },
                Spec = n == Default
                    ? new() { NetworkName = $"aspire-{host.RunId}", Mode = DcpMode.Session }
                    : new() { NetworkName = n, Mode = DcpMode.Existing },
            },
            cancellationToken))).ConfigureAwait(false);
        _running = WaitUntilRunningAsync(names, cancellationToken);
        if (onDefault)
        {
            await _running.ConfigureAwait(false);
        }
    }

    /// <summary>Leads from every network to those endpoints of the host that containers may use. Nothing waits for it: its addresses are known.</summary>
    public async Task OpenTunnelsAsync(CancellationToken cancellationToken)
    {
        var services = TunnelledServices().ToList();
        if (services.Count == 0)
        {
            return;
        }

        await _running.ConfigureAwait(false);
        foreach (var network in Used().ToHashSet(StringComparer.Ordinal))
        {
            var tunnels = services.ConvertAll(s => new DcpTunnel { Name = s, ServerServiceName = s, ClientServiceName = $"{s}-{ObjectNameOf(network)}" });
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
                    Metadata = new() { Name = $"tunnel-{ObjectNameOf(network)}" },
                    Spec = new() { ContainerNetworkName = ObjectNameOf(network), Aliases = [KnownHostNames.DefaultContainerTunnelHostName], Tunnels = tunnels },
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The application's own network, for containers that were put on no other.</summary>
    public static IReadOnlyList<DcpContainerNetworkConnection>? ConnectionsOf(IResource container)
        => container.HasAnnotationOfType<ContainerNetworkAttachmentAnnotation>() ? null : [new() { Name = Default, Aliases = NamesOf(container) }];

    /// <summary>
    /// The networks a container was put on, as arguments of the runtime: DCP connects containers after it has created
    /// them, and goes on asking podman about it for as long as they run (docs/dcp.md).
    /// </summary>
    public static IEnumerable<string> ArgumentsOf(IResource container)
        => container.Annotations.OfType<ContainerNetworkAttachmentAnnotation>()
            .Select(a => $"--network={a.Network}:{string.Join(',', NamesOf(container).Concat(a.Aliases).Distinct(StringComparer.Ordinal).Select(static n => $"alias={n}"))}");

    private static string[] NamesOf(IResource container)
        => [container.Name, .. container.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias)];

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
        => model.Resources.Where(static r => DcpExecutor.IsRun(r) && !r.IsContainer())
            .SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>().Where(static e => !e.ExcludeReferenceEndpoint).Select(e => EndpointAllocator.ServiceNameOf(r, e)));

    private IEnumerable<string> Used()
        => model.Resources.Where(static r => r.IsContainer())
            .SelectMany(static r => r.Annotations.OfType<ContainerNetworkAttachmentAnnotation>().Select(static a => a.Network).DefaultIfEmpty(Default));
}
