using System.Globalization;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// What the contract says, whatever the AppHost declares: the gateway and the user interfaces neither reach nor resolve
/// the stores, and not one packet of theirs arrives there.
/// </summary>
[TestClass]
public sealed class StoreTests : StackTest
{
    private static readonly string[] Front = ["gateway", "chainlit", "open-webui", "mkdocs"];
    private static readonly string[] Stores = ["postgres", "redis", "qdrant"];
    private static readonly string[] Bridges = ["consul", "rag-1", "rag-2", "oikos", "memory-bank", "vikunja"];

    [TestMethod]
    [Scenario("ISO-05")]
    public async Task No_packet_of_the_gateway_or_a_user_interface_arrives_at_a_store_not_even_by_a_route_of_its_own()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        var containers = (await StackContainers.FindAsync(stack, Cancel)).ToDictionary(static c => c.Name);
        var matrix = await ReachabilityMatrix.OfAsync(stack, [.. containers.Values], [], [], Cancel);
        var stores = matrix.Rows.Where(static r => Stores.Contains(r.Owner)).ToList();
        List<int> front = [.. Front.Select(f => containers[f].ProcessId)];

        await using (await Detour.AddAsync(stack, Front.Select(f => containers[f]), await ObservedNetworks.FindAsync(stack, Cancel), Cancel))
        {
            var before = await ArrivedAsync(stack, containers);
            var answers = await lab.Prober.ConnectAsync(front, [.. stores.Select(static r => r.Target)], Cancel);
            var arrived = await ArrivedAsync(stack, containers);

            Assert.IsTrue(answers.Values.All(static a => a == Answer.None), $"Answered: {string.Join(", ", answers.Where(static a => a.Value != Answer.None).Select(a => $"{a.Key.Target} to {containers.Values.Single(c => c.ProcessId == a.Key.ProcessId)}"))}");
            CollectionAssert.AreEqual(before, arrived, $"Echo requests arrived at {string.Join(", ", Stores)}: {string.Join(", ", before)} before, {string.Join(", ", arrived)} after.");
        }

        // The control: from rag, which is on their network, all of it arrives.
        var known = await ArrivedAsync(stack, containers);
        var seen = await lab.Prober.ConnectAsync([containers["rag-1"].ProcessId], [.. stores.Select(static r => r.Target)], Cancel);
        foreach (var row in stores)
        {
            Assert.AreEqual(row.ToMembers, seen[(containers["rag-1"].ProcessId, row.Target)], $"{row.Owner} {row.Target}, from rag-1");
        }

        Assert.IsTrue((await ArrivedAsync(stack, containers)).Zip(known).All(static c => c.First > c.Second), "Echo requests of rag-1 were not counted.");
    }

    [TestMethod]
    [Scenario("ISO-05")]
    public async Task The_front_resolves_no_store_and_those_that_bridge_the_networks_are_those_of_the_contract()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        var containers = (await StackContainers.FindAsync(stack, Cancel)).ToDictionary(static c => c.Name);

        var found = await lab.Prober.ResolveAsync([.. Front.Select(f => containers[f].ProcessId)], Stores, Cancel);

        Assert.IsTrue(found.Values.All(static a => a.Count == 0), $"Resolved: {string.Join(", ", found.Where(static f => f.Value.Count > 0).Select(static f => f.Key.Name))}");
        var db = Stack.NetworkNameOf("db-network");
        CollectionAssert.AreEquivalent(Bridges, containers.Values.Where(c => c.Addresses.ContainsKey(db) && c.Addresses.Count > 1).Select(static c => c.Name).ToList(), "On the stores' network and on another.");
    }

    // The kernel counts them for each network namespace.
    private async Task<List<long>> ArrivedAsync(ObservedStack stack, Dictionary<string, StackContainer> containers)
    {
        var printed = await new NamespaceShell(stack.Podman).RunAsync(string.Join('\n', Stores.Select(s => $"grep ^Icmp: /proc/{containers[s].ProcessId}/net/snmp | tr '\\n' ' '; echo")), Cancel);
        return [.. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line =>
        {
            var halves = line.Trim().Split("Icmp:", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return long.Parse(halves[1].Split(' ')[Array.IndexOf(halves[0].Split(' '), "InEchos")], CultureInfo.InvariantCulture);
        })];
    }
}
