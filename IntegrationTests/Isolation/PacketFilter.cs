using System.Net;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// The rules in force where the user's networks meet, read as the kernel reads them. It knows what Podman's rules and the
/// stack's own are made of; a rule it does not know is an error and not a guess.
/// </summary>
internal sealed class PacketFilter
{
    private static readonly TimeSpan ListLimit = TimeSpan.FromSeconds(10);
    private readonly List<(JsonElement Chain, string Table)> _forward = [];
    private readonly ILookup<(string Table, string Chain), JsonElement> _rules;

    private PacketFilter(IEnumerable<JsonElement> ruleset)
    {
        var all = ruleset.ToList();
        _rules = all.Where(static e => e.TryGetProperty("rule", out _)).Select(static e => e.GetProperty("rule")).ToLookup(static r => (TableOf(r), r.GetProperty("chain").GetString()!));
        _forward.AddRange(all.Where(static e => e.TryGetProperty("chain", out var c) && c.TryGetProperty("hook", out var h) && h.GetString() == "forward")
            .Select(static e => e.GetProperty("chain"))
            .OrderBy(static c => c.GetProperty("prio").GetInt32())
            .Select(static c => (c, TableOf(c))));
    }

    /// <summary>Reads the rules, all but those of the tests' own guard.</summary>
    public static async Task<PacketFilter> ReadAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        // What is changed while it is listed comes out torn, and is listed again.
        var shell = new NamespaceShell(stack.Podman);
        using var listed = await Eventually.HoldsAsync(
            "nft lists the rules as a whole",
            ListLimit,
            async token => Parse(await shell.RunWhereNetworksMeetAsync("nft -j list ruleset 2> /dev/null", token)),
            static rules => rules is not null,
            static _ => "a part of them",
            cancellationToken) ?? throw new StackException("nft listed no rules.");
        return new([.. listed.RootElement.GetProperty("nftables").EnumerateArray().Where(static e => !IsGuards(e)).Select(static e => e.Clone())]);
    }

    /// <summary>Whether a packet is let through.</summary>
    public bool Passes(ForwardedPacket packet) => _forward.TrueForAll(c => Walk(c.Table, c.Chain.GetProperty("name").GetString()!, packet) ?? c.Chain.GetProperty("policy").GetString() == "accept");

    /// <summary>The rules that translate addresses and name one of these subnets.</summary>
    public IEnumerable<string> TranslationsOf(IEnumerable<string> subnets)
        => _rules.Where(static g => g.Key.Table.EndsWith(" nat", StringComparison.Ordinal)).SelectMany(static g => g).Select(static r => r.GetRawText()).Where(r => subnets.Any(s => r.Contains($"\"{s.Split('/')[0]}\"", StringComparison.Ordinal)));

    private static bool IsGuards(JsonElement element)
        => element.EnumerateObject().Any(static p => p.Value.TryGetProperty(p.Name == "table" ? "name" : "table", out var table) && table.GetString()!.StartsWith("xnai_guard_", StringComparison.Ordinal));

    private static JsonDocument? Parse(string rules)
    {
        try
        {
            return JsonDocument.Parse(rules);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string TableOf(JsonElement element) => $"{element.GetProperty("family").GetString()} {element.GetProperty("table").GetString()}";

    // True: let through; false: dropped; null: nothing was said.
    private bool? Walk(string table, string chain, ForwardedPacket packet)
    {
        foreach (var rule in _rules[(table, chain)])
        {
            var expressions = rule.GetProperty("expr").EnumerateArray().Select(static e => e.EnumerateObject().Single()).ToList();
            if (!expressions.TrueForAll(e => Matches(e, packet, rule)))
            {
                continue;
            }

            switch (expressions.Find(static e => e.Name is "accept" or "drop" or "reject" or "return" or "jump" or "goto"))
            {
                case { Name: "accept" }:
                    return true;
                case { Name: "drop" or "reject" }:
                    return false;
                case { Name: "return" }:
                    return null;
                case { Name: "jump" or "goto" } further when Walk(table, further.Value.GetProperty("target").GetString()!, packet) is { } said:
                    return said;
            }
        }

        return null;
    }

    private static bool Matches(JsonProperty expression, ForwardedPacket packet, JsonElement rule) => expression.Name switch
    {
        "match" => Compare(expression.Value, packet, rule),

        // Of iptables: a comment says nothing, and Podman asks for the state of connections only to let answers through.
        "xt" when expression.Value.GetProperty("name").GetString() == "comment" => true,
        "xt" when expression.Value.GetProperty("name").GetString() == "conntrack" => packet.IsReply,
        "counter" or "accept" or "drop" or "reject" or "return" or "jump" or "goto" or "mangle" or "masquerade" => true,
        _ => throw new StackException($"A rule is not understood: {rule.GetRawText()}"),
    };

    private static bool Compare(JsonElement match, ForwardedPacket packet, JsonElement rule)
    {
        var left = match.GetProperty("left").EnumerateObject().Single();
        var right = match.GetProperty("right");
        var holds = (left.Name, Key(left.Value)) switch
        {
            ("meta", "iifname") => IsInterface(right, packet.In),
            ("meta", "oifname") => IsInterface(right, packet.Out),
            ("payload", "saddr") => Contains(right, packet.Source),
            ("payload", "daddr") => Contains(right, packet.Destination),
            ("ct", "state") => packet.IsReply ? Says(right, "established") : Says(right, "new"),
            _ => throw new StackException($"A rule is not understood: {rule.GetRawText()}"),
        };
        return holds == match.GetProperty("op").GetString() is "==" or "in";
    }

    private static string? Key(JsonElement left) => left.TryGetProperty("key", out var key) ? key.GetString() : left.GetProperty("field").GetString();

    private static bool IsInterface(JsonElement pattern, string name)
        => pattern.GetString()! is var text && (text.EndsWith('*') ? name.StartsWith(text[..^1], StringComparison.Ordinal) : name == text);

    private static bool Says(JsonElement right, string state) => right.ValueKind == JsonValueKind.Array ? right.EnumerateArray().Any(s => s.GetString() == state) : right.GetString() == state;

    private static bool Contains(JsonElement right, IPAddress address)
        => right.ValueKind == JsonValueKind.Object
            ? new IPNetwork(IPAddress.Parse(right.GetProperty("prefix").GetProperty("addr").GetString()!), right.GetProperty("prefix").GetProperty("len").GetInt32()).Contains(address)
            : IPAddress.Parse(right.GetString()!).Equals(address);
}
