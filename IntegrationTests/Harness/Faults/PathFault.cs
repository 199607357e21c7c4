using System.Globalization;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Harness.Faults;

/// <summary>A slow path to a port of a container. Disposing makes it as it was, unless the container has gone meanwhile.</summary>
internal sealed class PathFault : IAsyncDisposable
{
    private const string Table = "ip xnai_path";
    private const int DelayPort = 61_999;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly Func<Task> _undo;

    private PathFault(Func<Task> undo) => _undo = undo;

    /// <summary>
    /// Has all that is said on connections to a port come so much later, both ways. Connections that are there already stay as they are: the
    /// kernel here has no netem, so new ones are led through a program that waits.
    /// </summary>
    public static async Task<PathFault> DelayAsync(Stack stack, int process, int port, TimeSpan delay, CancellationToken cancellationToken)
    {
        var name = $"delay-{Guid.NewGuid():n}-{stack.RunId}";
        var arguments = await Prober.CommandAsync(new(stack.Application), name, [$"{process}", $"{DelayPort}", $"{port}", delay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        var fault = new PathFault(async () =>
        {
            // In this order: what it says at its end is still translated, so that nobody is left with half a connection.
            await stack.Podman.TryRunAsync(["rm", "--force", "--time=0", name], CancellationToken.None);
            await stack.Podman.TryRunAsync(InNetworkOf(process, ["nft", "delete", "table", .. Table.Split(' ')]), CancellationToken.None);
        });
        try
        {
            await stack.Podman.RunAsync(arguments, cancellationToken);
            await Eventually.HoldsAsync(
                "the program that delays listens",
                Limit,
                token => stack.Podman.RunAsync(InNetworkOf(process, "ss", "-Hltn", $"sport = :{DelayPort}"), token),
                static listening => listening.Length > 0,
                static _ => "nobody",
                cancellationToken);
            var rules = $$"""
                table {{Table}} {
                  chain incoming { type nat hook prerouting priority -100; tcp dport {{port}} redirect to :{{DelayPort}}; }
                }
                """;
            await stack.Podman.RunAsync(InNetworkOf(process, "nft", rules), cancellationToken);
            return fault;
        }
        catch
        {
            await fault.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has a container send no more than so many kilobits a second on each of its networks.</summary>
    public static async Task<PathFault> ThrottleAsync(Stack stack, int process, int kilobits, CancellationToken cancellationToken)
    {
        var fault = new PathFault(() => EachInterfaceAsync("tc qdisc del dev $one root", CancellationToken.None));
        try
        {
            await EachInterfaceAsync($"tc qdisc replace dev $one root tbf rate {kilobits}kbit burst 16kb latency 2s", cancellationToken);
            return fault;
        }
        catch
        {
            await fault.DisposeAsync();
            throw;
        }

        Task EachInterfaceAsync(string command, CancellationToken token)
            => stack.Podman.RunAsync(InNetworkOf(process, "sh", "-ec", $"for one in $(ip -o link show type veth | sed 's/^[0-9]*: \\([^@:]*\\).*/\\1/'); do {command}; done"), token);
    }

    public async ValueTask DisposeAsync() => await _undo();

    private static string[] InNetworkOf(int process, params string[] command) => ["unshare", "nsenter", "-t", $"{process}", "-n", .. command];
}
