using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Containers;

/// <summary>
/// Leads from each of the containers' networks to services of the host: a container on the network hands connections to
/// sockets in a mounted folder, behind which this process listens. Nothing of it listens on the host, and no key is
/// needed: the folder is closed to everybody else (docs/dcp.md says why the tunnel is not DCP's).
/// </summary>
internal sealed class Tunnels(DistributedApplicationModel model, ApplicationRun run, ApplicationNetwork network, ContainerCli cli, ILoggerFactory loggers) : IAsyncDisposable
{
    // The image's only user is 200.
    private const int UserIds = 256;
    private const string Folder = "/tunnel";
    private readonly List<TunnelDoor> _doors = [];

    /// <summary>Leads from every network to those endpoints of the host that containers may use. Nothing waits for it: its addresses are known.</summary>
    /// <exception cref="DistributedApplicationException">The tunnel's image is missing, or its container did not start.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var endpoints = TunnelledEndpoints().ToList();
        var networks = network.Used;
        if (endpoints.Count == 0 || networks.Count == 0)
        {
            return;
        }

        var image = run.Installation.TunnelImage
            ?? throw new DistributedApplicationException("There is no image for the tunnel from containers to services of the host. Run eng/setup, or name one with DcpPublisher:TunnelImage.");
        var folder = run.Folder.CreateTunnelFolder();
        var logger = loggers.CreateLogger<TunnelDoor>();
        foreach (var endpoint in endpoints)
        {
            _doors.Add(TunnelDoor.Open(Path.Combine(folder, $"{endpoint.Port}.sock"), endpoint.Address, endpoint.Port, logger));
        }

        await Task.WhenAll(networks.Select(n => StartAsync(n, image, folder, endpoints.ConvertAll(static e => e.Port), cancellationToken))).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var door in _doors)
        {
            await door.DisposeAsync().ConfigureAwait(false);
        }

        _doors.Clear();
    }

    private async Task StartAsync(string networkName, string image, string folder, IReadOnlyList<int> ports, CancellationToken cancellationToken)
    {
        // The run's id ends the name of all that it makes.
        var name = networkName.EndsWith(run.Id, StringComparison.Ordinal) ? $"tunnel-{networkName}" : $"tunnel-{networkName}-{run.Id}";
        try
        {
            await cli.RunAsync(
                [
                    "run", "--detach", "--pull=never", "--name", name, "--label", $"{ContainerArguments.RunLabel}={run.Id}",
                    $"--network={networkName}:alias={KnownHostNames.DefaultContainerTunnelHostName}", $"--userns=auto:size={UserIds}",
                    "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "-v", $"{folder}:{Folder}:ro",
                    image, .. ports.Distinct().Select(static p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ],
                cancellationToken).ConfigureAwait(false);
        }
        catch (DistributedApplicationException exception)
        {
            throw new DistributedApplicationException($"The tunnel from the network '{networkName}' to services of the host did not start: {exception.Message}", exception);
        }
    }

    private IEnumerable<AllocatedEndpoint> TunnelledEndpoints()
        => model.Resources.Where(static r => ResourceExecutor.IsRun(r) && !r.IsContainer())
            .SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>())
            .Where(static e => !e.ExcludeReferenceEndpoint && e.Protocol == System.Net.Sockets.ProtocolType.Tcp)
            .Select(static e => e.AllocatedEndpoint)
            .OfType<AllocatedEndpoint>()
            .DistinctBy(static e => e.Port);
}
