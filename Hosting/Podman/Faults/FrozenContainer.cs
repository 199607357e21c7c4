using System.Globalization;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Faults;

/// <summary>
/// A container that hangs: its sockets stay, and nobody in it reads or answers. By signals, as not every machine lets a user without
/// privileges freeze a control group.
/// </summary>
public static class FrozenContainer
{
    /// <summary>Stops every process of a container.</summary>
    /// <param name="podman">Podman.</param>
    /// <param name="container">Its name or id.</param>
    /// <param name="cancellationToken">Ends it; what was stopped by then goes on.</param>
    /// <exception cref="DistributedApplicationException">It does not run.</exception>
    public static async Task FreezeAsync(PodmanCli podman, string container, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(podman);
        var stopped = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            // The first one first: it starts no other then. Who was on its way is found by looking again.
            IReadOnlyList<string> next = [(await podman.RunAsync(["inspect", "--format", "{{.State.Pid}}", container], cancellationToken).ConfigureAwait(false)).Trim()];
            if (next[0] == "0")
            {
                throw new DistributedApplicationException($"'{container}' does not run.");
            }

            while (next.Count > 0)
            {
                stopped.UnionWith(next);
                await SignalAsync(podman, "STOP", next, cancellationToken).ConfigureAwait(false);
                next = [.. (await ProcessesAsync(podman, container, cancellationToken).ConfigureAwait(false)).Except(stopped)];
            }
        }
        catch
        {
            await SignalAsync(podman, "CONT", stopped, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets every process of a container go on.</summary>
    /// <param name="podman">Podman.</param>
    /// <param name="container">Its name or id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DistributedApplicationException">It does not run.</exception>
    public static async Task ThawAsync(PodmanCli podman, string container, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(podman);
        await SignalAsync(podman, "CONT", await ProcessesAsync(podman, container, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IEnumerable<string>> ProcessesAsync(PodmanCli podman, string container, CancellationToken cancellationToken)
        => (await podman.RunAsync(["top", container, "hpid"], cancellationToken).ConfigureAwait(false)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1);

    // Some may have ended meanwhile: each is told for itself.
    private static async Task SignalAsync(PodmanCli podman, string signal, IEnumerable<string> processes, CancellationToken cancellationToken)
    {
        var ids = string.Join(' ', processes.Select(static p => int.Parse(p, NumberStyles.None, CultureInfo.InvariantCulture)));
        if (ids.Length > 0)
        {
            await podman.RunAsync(["unshare", "sh", "-c", $"for one in {ids}; do kill -{signal} $one 2> /dev/null || true; done"], cancellationToken).ConfigureAwait(false);
        }
    }
}
