using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.Eventing;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Tunnels;

/// <summary>
/// Leads from each of the containers' networks to services of the host: a container on the network hands connections to
/// sockets in a mounted folder, behind which this process listens. Nothing of it listens on the host, and no key is
/// needed: the folder is closed to everybody else.
/// </summary>
internal sealed class HostTunnels(PodmanEnvironment environment, PodmanCli podman, PodmanRun run, PodmanNetworks networks, ILogger<HostTunnels> logger, ILoggerFactory loggers) : IAsyncDisposable
{
    private const string Dashboard = "aspire-dashboard";
    private const string TelemetryEndpoints = "otlp-";

    // The image's only user is 200.
    private const int UserIds = 256;
    private const string Folder = "/tunnel";
    private readonly Lock _lock = new();
    private readonly List<TunnelDoor> _doors = [];
    private readonly HashSet<int> _ports = [];
    private readonly Dictionary<IResource, IReadOnlyList<AllocatedEndpoint>> _known = [];
    private HashSet<IResource> _awaited = [];
    private Task _opening = Task.CompletedTask;

    /// <summary>
    /// Gives the endpoints of processes the addresses they have for containers, as soon as they have one on the host, and
    /// opens the tunnels when all have; for one that is started later they are opened anew. Nothing waits for the tunnels: their addresses
    /// are known.
    /// </summary>
    public void Begin(DistributedApplicationModel model, IDistributedApplicationEventing eventing, CancellationToken cancellationToken)
    {
        var processes = model.Resources.Where(static r => r is ProjectResource or ExecutableResource && EndpointsOf(r).Any()).ToList();
        _awaited = [.. processes.Where(static r => !r.HasAnnotationOfType<ExplicitStartupAnnotation>())];
        foreach (var process in processes)
        {
            eventing.Subscribe<ResourceEndpointsAllocatedEvent>(process, (_, _) =>
            {
                Allocated(process, cancellationToken);
                return Task.CompletedTask;
            });
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<TunnelDoor> doors;
        lock (_lock)
        {
            doors = [.. _doors];
            _doors.Clear();
        }

        foreach (var door in doors)
        {
            await door.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Of the dashboard only what receives telemetry: its pages and its interface are not for containers.
    private static IEnumerable<EndpointAnnotation> EndpointsOf(IResource process)
        => process.Annotations.OfType<EndpointAnnotation>()
            .Where(e => e.Protocol == ProtocolType.Tcp && (process.Name != Dashboard || e.Name.StartsWith(TelemetryEndpoints, StringComparison.Ordinal)));

    private void Allocated(IResource process, CancellationToken cancellationToken)
    {
        var endpoints = EndpointsOf(process).Where(static e => e.AllocatedEndpoint is not null).ToList();
        foreach (var endpoint in endpoints)
        {
            var port = endpoint.AllocatedEndpoint!.Port;
            endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
                KnownNetworkIdentifiers.DefaultAspireContainerNetwork,
                new(endpoint, KnownHostNames.DefaultContainerTunnelHostName, port, EndpointBindingMode.SingleAddress, port.ToString(CultureInfo.InvariantCulture), KnownNetworkIdentifiers.DefaultAspireContainerNetwork));
        }

        lock (_lock)
        {
            var isNew = _known.TryAdd(process, endpoints.ConvertAll(static e => e.AllocatedEndpoint!));
            _awaited.Remove(process);
            if (isNew && _awaited.Count == 0)
            {
                _opening = OpenAsync(_opening, [.. _known.Values.SelectMany(static e => e).DistinctBy(static e => e.Port)], cancellationToken);
            }
        }
    }

    private async Task OpenAsync(Task earlier, IReadOnlyList<AllocatedEndpoint> endpoints, CancellationToken cancellationToken)
    {
        try
        {
            await earlier.ConfigureAwait(false);
            if (networks.Names.Count == 0)
            {
                return;
            }

            var image = environment.TunnelImage
                ?? throw new DistributedApplicationException("There is no image for the tunnel from containers to services of the host, such as the dashboard. Run eng/setup, which makes one.");
            foreach (var endpoint in endpoints.Where(e => _ports.Add(e.Port)))
            {
                _doors.Add(TunnelDoor.Open(Path.Combine(run.Folder.Tunnel, $"{endpoint.Port}.sock"), endpoint.Address, endpoint.Port, loggers.CreateLogger<TunnelDoor>()));
            }

            await networks.MadeAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(networks.Names.Select(n => StartAsync(n, image, endpoints, cancellationToken))).ConfigureAwait(false);
        }
        catch (DistributedApplicationException exception)
        {
            logger.LogError("Containers do not reach the services of the host, such as the dashboard: {Reason}", exception.Message);
        }
    }

    // Of one that lasts, several runs may have a tunnel.
    private string NameOn(string network) => network.EndsWith(run.Id, StringComparison.Ordinal) ? $"tunnel-{network}" : $"tunnel-{network}-{run.Id}";

    private async Task StartAsync(string network, string image, IReadOnlyList<AllocatedEndpoint> endpoints, CancellationToken cancellationToken)
    {
        try
        {
            await podman.RunAsync(
                [
                    "run", "--detach", "--replace", "--pull=never", "--name", NameOn(network), "--label", run.LabelArgument,
                    $"--network={network}:alias={KnownHostNames.DefaultContainerTunnelHostName}", string.Create(CultureInfo.InvariantCulture, $"--userns=auto:size={UserIds}"),
                    "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "-v", $"{run.Folder.Tunnel}:{Folder}:ro",
                    image, .. endpoints.Select(static e => e.Port.ToString(CultureInfo.InvariantCulture)),
                ],
                cancellationToken).ConfigureAwait(false);
        }
        catch (DistributedApplicationException exception)
        {
            throw new DistributedApplicationException($"the tunnel of the network '{network}' did not start: {exception.Message}", exception);
        }
    }
}
