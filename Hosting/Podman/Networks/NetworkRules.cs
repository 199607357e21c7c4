namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>
/// What Podman leaves open between networks, as rules of nftables. Netavark makes none for an internal network, it only
/// gives its containers no route: whoever adds one reaches the bridges of every other network of the user. And
/// aardvark-dns before 1.11 passes their questions for names it does not know on to the outside.
/// </summary>
internal static class NetworkRules
{
    // What Podman calls its bridges.
    private const string AnyBridge = "podman*";

    // Before netavark's own.
    private const int Priority = -10;

    /// <summary>The table of a run.</summary>
    public static string TableOf(string runId) => $"xnai_{runId}";

    /// <summary>The commands that make the table and keep these networks as they were asked for.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="networks">Its networks, as Podman made them.</param>
    /// <param name="names">Names with dots that containers have on them.</param>
    public static IReadOnlyList<string> Of(string runId, IEnumerable<MadeNetwork> networks, IEnumerable<string> names)
    {
        var table = TableOf(runId);
        return
        [
            $"add table inet {table} {{ flags owner; }}",
            $"add chain inet {table} forward {{ type filter hook forward priority {Priority}; policy accept; }}",
            $"add chain inet {table} input {{ type filter hook input priority {Priority}; policy accept; }}",
            $"add chain inet {table} names",
            .. networks.SelectMany(n => RulesOf(n).Select(r => $"add rule inet {table} {r.Chain} {r.Match} counter {r.Verdict} comment \"{n.Name}: {r.Why}\"")),
            .. DnsName.LocalNames().Concat(names.Select(DnsName.Exactly)).Select(n => $"add rule inet {table} names meta l4proto udp {n} return"),

            // Refused and not dropped: who asks is told at once.
            $"add rule inet {table} names counter reject comment \"names from outside\"",
        ];
    }

    private static IEnumerable<(string Chain, string Match, string Verdict, string Why)> RulesOf(MadeNetwork network)
    {
        var inside = $"iifname \"{network.Bridge}\"";
        var leaving = $"{inside} oifname != \"{network.Bridge}\"";
        var entering = $"oifname \"{network.Bridge}\" iifname != \"{network.Bridge}\"";
        if (network.IsInternal)
        {
            yield return ("forward", leaving, "drop", "nothing leaves");
            yield return ("input", $"{inside} meta l4proto {{ tcp, udp }} th dport 53", "jump names", "only names of its own");
        }
        else if (network.IsIsolated)
        {
            yield return ("forward", $"{leaving} oifname \"{AnyBridge}\"", "drop", "nothing goes to other networks");
            yield return ("forward", $"{entering} ct state established,related", "accept", "answers from outside");
        }
        else
        {
            yield break;
        }

        yield return ("forward", entering, "drop", "nothing enters");
        yield return ("input", network.Gateway is { } gateway ? $"{inside} ip daddr != {gateway}" : inside, "drop", "of the namespace only the own bridge");
    }
}
