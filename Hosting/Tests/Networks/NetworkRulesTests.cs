using System.Text.Json;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Tests.Networks;

/// <summary>The rules that keep networks as they were declared.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class NetworkRulesTests
{
    private const string Run = "0a1b2c3d";

    [TestMethod]
    public void An_internal_network_lets_nothing_out_nothing_in_and_asks_for_no_names_from_outside()
    {
        var rules = RulesOf(Made("db", isInternal: true, isIsolated: true));

        Assert.IsTrue(Has(rules, "forward", "iifname \"podman1\" oifname != \"podman1\"", "drop"));
        Assert.IsTrue(Has(rules, "forward", "oifname \"podman1\" iifname != \"podman1\"", "drop"));
        Assert.IsTrue(Has(rules, "input", "th dport 53", "jump names"));
        Assert.IsTrue(Has(rules, "input", "iifname \"podman1\" ip daddr != 10.89.3.1", "drop"));
        Assert.Contains($"add rule inet xnai_{Run} names counter reject comment \"names from outside\"", rules);
    }

    [TestMethod]
    public void An_isolated_network_keeps_its_way_out_but_not_to_other_networks()
    {
        var rules = RulesOf(Made("app", isInternal: false, isIsolated: true));

        Assert.IsTrue(Has(rules, "forward", "oifname != \"podman1\" oifname \"podman*\"", "drop"));
        Assert.IsTrue(Has(rules, "forward", "ct state established,related", "accept"));
        Assert.IsFalse(rules.Any(static r => r.Contains("jump names", StringComparison.Ordinal)), "It may ask for any name.");
        Assert.IsLessThan(IndexOf(rules, "add rule"), IndexOf(rules, "policy accept"), "The chains are made before their rules.");
        Assert.IsLessThan(IndexOf(rules, "nothing enters"), IndexOf(rules, "answers from outside"), "What answers is let in before all else is dropped.");
    }

    [TestMethod]
    public void A_network_without_an_own_address_lets_its_containers_reach_none_of_the_namespace()
        => Assert.IsTrue(Has(RulesOf(Made("app", true, true) with { Gateway = null }), "input", "iifname \"podman1\" counter", "drop"));

    [TestMethod]
    public void A_network_that_was_made_neither_internal_nor_isolated_gets_no_rules_of_its_own()
        => Assert.IsFalse(RulesOf(Made("plain", false, false)).Any(static r => r.Contains("podman1", StringComparison.Ordinal)));

    [TestMethod]
    public void The_table_goes_with_who_made_it()
        => Assert.AreEqual($"add table inet xnai_{Run} {{ flags owner; }}", RulesOf(Made("app", true, true))[0]);

    [TestMethod]
    [DataRow("true", true)]
    [DataRow("strict", true)]
    [DataRow("1", true)]
    [DataRow("false", false)]
    [DataRow(null, false)]
    public void What_podman_tells_of_a_network_is_read(string? isolate, bool isolated)
    {
        var options = isolate is null ? "{}" : $$"""{"isolate":"{{isolate}}"}""";
        using var told = JsonDocument.Parse($$"""{"name":"app-0a1b2c3d","network_interface":"podman7","subnets":[{"subnet":"10.89.3.0/24","gateway":"10.89.3.1"}],"internal":true,"dns_enabled":true,"options":{{options}}}""");

        Assert.AreEqual(new MadeNetwork("app-0a1b2c3d", "podman7", "10.89.3.0/24", "10.89.3.1", true, isolated, true), MadeNetwork.Parse(told.RootElement));
    }

    private static MadeNetwork Made(string name, bool isInternal, bool isIsolated) => new(name, "podman1", "10.89.3.0/24", "10.89.3.1", isInternal, isIsolated, true);

    private static IReadOnlyList<string> RulesOf(params MadeNetwork[] networks) => NetworkRules.Of(Run, networks, []);

    private static bool Has(IEnumerable<string> rules, string chain, string match, string verdict)
        => rules.Any(r => r.StartsWith($"add rule inet xnai_{Run} {chain} ", StringComparison.Ordinal) && r.Contains(match, StringComparison.Ordinal) && r.Contains($" counter {verdict} comment", StringComparison.Ordinal));

    private static int IndexOf(IReadOnlyList<string> rules, string part) => rules.Index().First(r => r.Item.Contains(part, StringComparison.Ordinal)).Index;
}
