using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Orchestration;

/// <summary>Finds out, before anything starts, who holds a port that an endpoint wants.</summary>
internal static class PortsInUse
{
    private static readonly string[] SocketTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    public static void Check(DistributedApplicationModel model, DcpOptions options)
    {
        // A container that is still there from an earlier run holds its ports rightly.
        var wanted = model.Resources.Where(static r => !PersistentContainers.Includes(r))
            .SelectMany(r => r.Annotations.OfType<EndpointAnnotation>().Where(e => !options.RandomizePorts || !e.IsProxied || !r.SupportsProxy()).Select(e => (Resource: r, Endpoint: e, Port: e.FixedPortOf(r) ?? 0)))
            .Where(static w => w.Port != 0)
            .ToList();
        foreach (var twins in wanted.GroupBy(static w => w.Port).Where(static g => g.Count() > 1))
        {
            throw new DistributedApplicationException($"Port {twins.Key} is declared by {string.Join(" and ", twins.Select(static t => $"'{t.Resource.Name}' ({t.Endpoint.Name})"))}. Give each its own.");
        }

        if (wanted.Count == 0)
        {
            return;
        }

        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(static l => IPAddress.IsLoopback(l.Address) || l.Address.Equals(IPAddress.Any) || l.Address.Equals(IPAddress.IPv6Any))
            .Select(static l => l.Port).ToHashSet();
        foreach (var (resource, endpoint, port) in wanted.Where(w => listening.Contains(w.Port)))
        {
            throw new DistributedApplicationException(
                $"Port {port}, which '{resource.Name}' ({endpoint.Name}) wants, is in use{(HolderOf(port) is { } holder ? $" by {holder}" : string.Empty)}. Stop it, or give '{resource.Name}' another port.");
        }
    }

    /// <summary>The process that listens on the port, where /proc lets us see it.</summary>
    internal static string? HolderOf(int port)
    {
        var inodes = SocketTables.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > 9 && columns[3] == "0A" && columns[1].EndsWith($":{port.ToString("X4", CultureInfo.InvariantCulture)}", StringComparison.Ordinal))
            .Select(static columns => $"socket:[{columns[9]}]")
            .ToHashSet(StringComparer.Ordinal);
        if (inodes.Count == 0)
        {
            return null;
        }

        foreach (var process in Directory.EnumerateDirectories("/proc").Where(static d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
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
}
