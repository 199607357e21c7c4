using System.Globalization;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Reads of containers' processes what the kernel knows of them.</summary>
internal sealed class ContainerProcesses(ObservedStack stack)
{
    private static readonly string[] Kinds = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];
    private readonly NamespaceShell _shell = new(stack.Podman);

    /// <summary>All processes of the containers; a process is a container's when it is in its process namespace.</summary>
    public async Task<IReadOnlyList<ContainerProcess>> ListAsync(IReadOnlyList<StackContainer> containers, CancellationToken cancellationToken)
    {
        // The namespaces' links can only be read with rights over the containers; the rest is open to all, and shows the host's ids.
        var script = $$"""
            for one in /proc/[0-9]*; do
              line=${one#/proc/}
              for kind in {{string.Join(' ', Kinds)}}; do
                line="$line $(readlink "$one/ns/$kind" 2> /dev/null || true)"
              done
              echo "$line"
            done
            """;
        var namespaces = (await _shell.RunAsync(script, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => l.Split(' '))
            .Where(static w => w.Length == Kinds.Length + 1 && w.All(static n => n.Length > 0))
            .ToDictionary(static w => int.Parse(w[0], CultureInfo.InvariantCulture), static w => Kinds.Zip(w.Skip(1)).ToDictionary(static n => n.First, static n => n.Second));
        var processes = new List<ContainerProcess>();
        foreach (var container in containers)
        {
            var own = namespaces.TryGetValue(container.ProcessId, out var main) ? main["pid"] : throw new StackException($"The process {container.ProcessId} of '{container}' is gone.");
            foreach (var (id, links) in namespaces.Where(n => n.Value["pid"] == own))
            {
                if (await ReadAsync(container, id, links, cancellationToken) is { } process)
                {
                    processes.Add(process);
                }
            }
        }

        return processes;
    }

    /// <summary>The mounts a container sees.</summary>
    public async Task<IReadOnlyList<ContainerMount>> MountsAsync(StackContainer container, CancellationToken cancellationToken)
        => [.. (await _shell.RunAsync($"cat /proc/{container.ProcessId}/mountinfo", cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ContainerMount.Parse)];

    /// <summary>The sockets in a container's file systems.</summary>
    public async Task<IReadOnlyList<string>> SocketsAsync(StackContainer container, CancellationToken cancellationToken)
    {
        var root = $"/proc/{container.ProcessId}/root";
        var found = await _shell.RunAsync($"find {root}/ -path {root}/proc -prune -o -path {root}/sys -prune -o -type s -printf '/%P\\n' 2> /dev/null || true", cancellationToken);
        return found.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<ContainerProcess?> ReadAsync(StackContainer container, int id, IReadOnlyDictionary<string, string> namespaces, CancellationToken cancellationToken)
    {
        try
        {
            var status = (await File.ReadAllLinesAsync($"/proc/{id}/status", cancellationToken)).Select(static l => l.Split(':', 2)).ToDictionary(static p => p[0], static p => p[1].Trim(), StringComparer.Ordinal);
            var map = (await File.ReadAllLinesAsync($"/proc/{id}/uid_map", cancellationToken))
                .Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static n => long.Parse(n, CultureInfo.InvariantCulture)).ToList())
                .Select(static n => (n[0], n[1], n[2]))
                .ToList();
            return new(container, id, status, map, namespaces);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException || (exception is IOException && !Directory.Exists($"/proc/{id}")))
        {
            // It ended between the two looks, such as a health check's.
            return null;
        }
    }
}
