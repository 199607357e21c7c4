using System.Text.RegularExpressions;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// Keeps every packet of the user's containers on this machine, and counts those that would have left: where his
/// networks meet, all that does not stay on them, or go to the test's own outside, is dropped. Nothing is probed
/// without it. It comes after the stack's own rules and before Podman's: what it counts, the stack's let through.
/// </summary>
internal sealed partial class EgressGuard : IAsyncDisposable
{
    private const string Nowhere = "9";
    private readonly OwnedRules _rules;
    private readonly NamespaceShell _shell;
    private readonly string _table;

    private EgressGuard(OwnedRules rules, NamespaceShell shell, string table)
    {
        _rules = rules;
        _shell = shell;
        _table = table;
    }

    /// <summary>Puts the guard up, shows that it stops and counts, and only then lets packets through to the outside.</summary>
    public static async Task<EgressGuard> RaiseAsync(ObservedStack stack, Outside outside, CancellationToken cancellationToken)
    {
        var table = $"xnai_guard_{stack.RunId}";
        var guard = new EgressGuard(OwnedRules.Open(stack.Environment, table), new(stack.Podman), table);
        try
        {
            await guard.RaiseAsync(outside, cancellationToken);
            return guard;
        }
        catch
        {
            await guard.DisposeAsync();
            throw;
        }
    }

    /// <summary>How many packets of containers would have left the machine until now.</summary>
    public Task<long> LeftAsync(CancellationToken cancellationToken) => CountAsync("left", cancellationToken);

    /// <summary>How many questions for names the networks' name server would have passed on to the outside until now.</summary>
    public Task<long> NamesAsync(CancellationToken cancellationToken) => CountAsync("names", cancellationToken);

    public ValueTask DisposeAsync() => _rules.DisposeAsync();

    [GeneratedRegex(@"counter (\w+) \{\s*packets (\d+)")]
    private static partial Regex Counters();

    private async Task RaiseAsync(Outside outside, CancellationToken cancellationToken)
    {
        await _rules.ApplyAsync(
            [
                $"add table inet {_table} {{ flags owner; }}",
                $"add counter inet {_table} left",
                $"add counter inet {_table} names",
                $"add counter inet {_table} own",
                $"add chain inet {_table} forward {{ type filter hook forward priority -5; policy accept; }}",
                $"add rule inet {_table} forward oifname \"lo\" accept",
                $"add rule inet {_table} forward oifname \"podman*\" accept",
                $"add rule inet {_table} forward counter name left drop",
                $"add chain inet {_table} output {{ type filter hook output priority -400; policy accept; }}",
                $"add rule inet {_table} output oifname \"lo\" accept",
                $"add rule inet {_table} output oifname \"podman*\" accept",
                $"add rule inet {_table} output meta l4proto {{ tcp, udp }} th dport 53 counter name names drop",
                $"add rule inet {_table} output counter name own drop",
            ],
            cancellationToken);

        // To the test's own outside, which no packet can go beyond.
        var before = await CountAsync("own", cancellationToken);
        await _shell.RunWhereNetworksMeetAsync($"(echo > /dev/udp/{outside.Address}/{Nowhere}) 2> /dev/null || true", cancellationToken);
        if (await CountAsync("own", cancellationToken) <= before)
        {
            throw new StackException("The guard against packets that leave the machine let one through: nothing is probed.");
        }

        await _rules.ApplyAsync(
            [
                $"insert rule inet {_table} forward oifname \"{outside.Link}\" accept",
                $"insert rule inet {_table} output oifname \"{outside.Link}\" accept",
            ],
            cancellationToken);
    }

    private async Task<long> CountAsync(string counter, CancellationToken cancellationToken)
    {
        var listed = await _shell.RunWhereNetworksMeetAsync($"nft list table inet {_table} 2>&1 || true", cancellationToken);
        var found = Counters().Matches(listed).FirstOrDefault(m => m.Groups[1].Value == counter)
            ?? throw new StackException($"The guard's counter '{counter}' is gone, and the guard with it.");
        return long.Parse(found.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture);
    }
}
