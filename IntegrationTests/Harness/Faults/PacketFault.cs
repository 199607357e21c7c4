namespace XoeNovAi.IntegrationTests.Harness.Faults;

/// <summary>
/// Rules of a test's own in a container's network namespace, before all others: packets that go missing or are refused. Nothing needs to
/// be in the container. Disposing takes them out again, unless the namespace has gone meanwhile.
/// </summary>
internal sealed class PacketFault : IAsyncDisposable
{
    private const string Table = "inet xnai_fault";
    private readonly Stack _stack;
    private readonly int _process;

    private PacketFault(Stack stack, int process)
    {
        _stack = stack;
        _process = process;
    }

    /// <summary>Cuts a container off from its networks, without a word to anybody: connections stand half open.</summary>
    public static Task<PacketFault> CutOffAsync(Stack stack, int process, CancellationToken cancellationToken)
        => SetAsync(stack, process, "iif lo accept; drop", "oif lo accept; drop", cancellationToken);

    /// <summary>Cuts two containers off from each other, without a word to either; what else they talk to is untouched.</summary>
    public static async Task<PacketFault> PartitionAsync(Stack stack, string one, string other, CancellationToken cancellationToken)
    {
        var addresses = string.Join(", ", await stack.AddressesOfAsync(other, cancellationToken));
        return await SetAsync(stack, await stack.ProcessIdOfAsync(one, cancellationToken), $"ip saddr {{ {addresses} }} drop", $"ip daddr {{ {addresses} }} drop", cancellationToken);
    }

    /// <summary>Has what answers a container's questions for names get lost.</summary>
    public static Task<PacketFault> WithoutNamesAsync(Stack stack, int process, CancellationToken cancellationToken)
        => SetAsync(stack, process, "udp sport 53 drop; tcp sport 53 drop", "accept", cancellationToken);

    /// <summary>Has one of so many packets to and from a port of a container get lost.</summary>
    public static Task<PacketFault> LoseAsync(Stack stack, int process, int port, int oneOf, CancellationToken cancellationToken)
        => SetAsync(stack, process, $"tcp dport {port} numgen random mod {oneOf} 0 drop", $"tcp sport {port} numgen random mod {oneOf} 0 drop", cancellationToken);

    /// <summary>The same for the packets of some containers only; whoever else talks to the port has all of theirs.</summary>
    public static async Task<PacketFault> LoseAsync(Stack stack, int process, int port, int oneOf, IReadOnlyList<string> callers, CancellationToken cancellationToken)
    {
        var addresses = string.Join(", ", (await Task.WhenAll(callers.Select(c => stack.AddressesOfAsync(c, cancellationToken)))).SelectMany(static a => a));
        return await SetAsync(stack, process, $"ip saddr {{ {addresses} }} tcp dport {port} numgen random mod {oneOf} 0 drop", $"ip daddr {{ {addresses} }} tcp sport {port} numgen random mod {oneOf} 0 drop", cancellationToken);
    }

    /// <summary>Refuses whoever connects to a port of a container, and resets who is connected.</summary>
    public static Task<PacketFault> RefuseAsync(Stack stack, int process, int port, CancellationToken cancellationToken)
        => SetAsync(stack, process, $"tcp dport {port} reject with tcp reset", "accept", cancellationToken);

    /// <summary>Resets a container's own connections to a port, the next time they say something, and refuses it new ones.</summary>
    public static Task<PacketFault> ResetAsync(Stack stack, int process, int port, CancellationToken cancellationToken)
        => SetAsync(stack, process, "accept", $"tcp dport {port} reject with tcp reset", cancellationToken);

    public async ValueTask DisposeAsync()
        => await _stack.Podman.TryRunAsync(["unshare", "nsenter", "-t", $"{_process}", "-n", "nft", "delete", "table", .. Table.Split(' ')], CancellationToken.None);

    private static async Task<PacketFault> SetAsync(Stack stack, int process, string incoming, string outgoing, CancellationToken cancellationToken)
    {
        var rules = $$"""
            table {{Table}} {
              chain incoming { type filter hook input priority -10; {{incoming}}; }
              chain outgoing { type filter hook output priority -10; {{outgoing}}; }
            }
            """;
        await stack.Podman.RunAsync(["unshare", "nsenter", "-t", $"{process}", "-n", "nft", rules], cancellationToken);
        return new(stack, process);
    }
}
