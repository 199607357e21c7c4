using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Gives the endpoints of containers their addresses, before anything listens on them.</summary>
/// <param name="randomize">Whether a declared port is not asked for, as in tests; unless the endpoint declines a proxy.</param>
/// <param name="held">Where the ports it chooses are held.</param>
internal sealed class EndpointAllocation(bool randomize, HeldPorts held)
{
    // Below those the kernel gives to connections and to who listens on any port (32768 and up): until the container has
    // started, one of these may have taken the port.
    private const int First = 20_000;
    private const int End = 32_000;
    private const int Attempts = 1_000;
    private static readonly string[] SocketTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Allocates those of some containers.</summary>
    /// <param name="model">The model, whose other resources may ask for ports as well.</param>
    /// <param name="containers">The containers.</param>
    /// <param name="existing">The port an earlier run's container publishes an endpoint on; null where there is none.</param>
    /// <exception cref="DistributedApplicationException">An endpoint has no target port, or its port is taken.</exception>
    public void Allocate(DistributedApplicationModel model, IReadOnlyList<ContainerResource> containers, Func<ContainerResource, EndpointAnnotation, int?> existing)
    {
        var endpoints = containers.SelectMany(static c => c.Annotations.OfType<EndpointAnnotation>().Select(e => (Container: c, Endpoint: e))).ToList();
        var kept = endpoints.ToDictionary(static e => e.Endpoint, e => existing(e.Container, e.Endpoint));
        Check(
        [
            .. model.Resources.SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>().Select(e => (Resource: r, Endpoint: e)))
                .Select(e => (e.Resource, e.Endpoint, Port: FixedPortOf(e.Endpoint) ?? 0))
                .Where(e => e.Port != 0 && kept.GetValueOrDefault(e.Endpoint) != e.Port),
        ]);
        foreach (var (container, endpoint) in endpoints)
        {
            var target = endpoint.TargetPort is { } given and > 0
                ? given
                : throw new DistributedApplicationException($"The endpoint '{endpoint.Name}' of container '{container.Name}' has no target port. Give it the port the container listens on.");
            var port = FixedPortOf(endpoint) ?? kept[endpoint] ?? Next();
            var expression = target.ToString(CultureInfo.InvariantCulture);
            endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
                KnownNetworkIdentifiers.LocalhostNetwork,
                new(endpoint, HostOf(endpoint), port, EndpointBindingMode.SingleAddress, expression, KnownNetworkIdentifiers.LocalhostNetwork));
            endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
                KnownNetworkIdentifiers.DefaultAspireContainerNetwork,
                new(endpoint, container.Name, target, EndpointBindingMode.SingleAddress, expression, KnownNetworkIdentifiers.DefaultAspireContainerNetwork));
        }
    }

    private int? FixedPortOf(EndpointAnnotation endpoint)
        => randomize && endpoint.IsProxied ? null : endpoint.Port is { } port and > 0 ? port : null;

    // Who listens everywhere is found on this machine too; everywhere is no place to go to.
    private static string HostOf(EndpointAnnotation endpoint)
        => endpoint.TargetHost is "*" or "+" or "0.0.0.0" or "[::]" or "::" or "127.0.0.1" ? KnownHostNames.Localhost : endpoint.TargetHost;

    private static void Check(IReadOnlyList<(IResource Resource, EndpointAnnotation Endpoint, int Port)> wanted)
    {
        foreach (var twins in wanted.GroupBy(static w => (w.Port, w.Endpoint.Protocol)).Where(static g => g.Count() > 1))
        {
            throw new DistributedApplicationException($"Port {twins.Key.Port} is declared by {string.Join(" and ", twins.Select(static t => $"'{t.Resource.Name}' ({t.Endpoint.Name})"))}. Give each its own.");
        }

        if (wanted.Count == 0)
        {
            return;
        }

        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(static l => IPAddress.IsLoopback(l.Address) || l.Address.Equals(IPAddress.Any) || l.Address.Equals(IPAddress.IPv6Any))
            .Select(static l => l.Port).ToHashSet();
        foreach (var (resource, endpoint, port) in wanted.Where(w => w.Endpoint.Protocol == ProtocolType.Tcp && listening.Contains(w.Port)))
        {
            throw new PortInUseException($"Port {port}, which '{resource.Name}' ({endpoint.Name}) wants, is in use{(HolderOf(port) is { } holder ? $" by {holder}" : string.Empty)}. Stop it, or give '{resource.Name}' another port.", resource.Name);
        }
    }

    /// <summary>The process that listens on a port, where /proc lets us see it.</summary>
    internal static string? HolderOf(int port)
    {
        var inodes = SocketTables.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > 9 && columns[3] == "0A" && columns[1].EndsWith($":{port.ToString("X4", CultureInfo.InvariantCulture)}", StringComparison.Ordinal))
            .Select(static columns => $"socket:[{columns[9]}]")
            .ToHashSet(StringComparer.Ordinal);
        foreach (var process in inodes.Count == 0 ? [] : Directory.EnumerateDirectories("/proc").Where(static d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                if (Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(fd => new FileInfo(fd).LinkTarget is { } target && inodes.Contains(target)))
                {
                    return $"process {Path.GetFileName(process)} ({File.ReadAllText(Path.Combine(process, "comm")).Trim()})";
                }
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                // It ended meanwhile, or belongs to somebody else.
            }
        }

        return null;
    }

    private int Next()
    {
        for (var i = 0; i < Attempts; i++)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (held.TryHold(port))
            {
                return port;
            }
        }

        throw new DistributedApplicationException($"No free port was found between {First} and {End}. End what holds them.");
    }
}
