namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>
/// What Podman leaves open between networks, as rules of nftables. Netavark gives the containers of an internal network
/// no route beyond it and filters nothing: whoever adds a route gets packets into every other network of the user.
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
    public static IReadOnlyList<string> Of(string runId, IEnumerable<MadeNetwork> networks)
    {
        var table = TableOf(runId);
        return
        [
            $"add table inet {table} {{ flags owner; }}",
            $"add chain inet {table} forward {{ type filter hook forward priority {Priority}; policy accept; }}",
            $"add chain inet {table} input {{ type filter hook input priority {Priority}; policy accept; }}",
            .. networks.SelectMany(n => RulesOf(n).Select(r => $"add rule inet {table} {r.Chain} {r.Match} counter {r.Verdict} comment \"{n.Name}: {r.Why}\"")),
        ];
    }

    private static IEnumerable<(string Chain, string Match, string Verdict, string Why)> RulesOf(MadeNetwork network)
    {
        var leaving = $"iifname \"{network.Bridge}\" oifname != \"{network.Bridge}\"";
        var entering = $"oifname \"{network.Bridge}\" iifname != \"{network.Bridge}\"";
        if (network.IsInternal)
        {
            yield return ("forward", leaving, "drop", "nothing leaves");
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
        yield return ("input", $"iifname \"{network.Bridge}\" ip daddr != {network.Gateway}", "drop", "of the namespace only the own bridge");
    }
}
