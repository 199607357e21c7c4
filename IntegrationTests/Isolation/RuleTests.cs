using System.Net;
using System.Text.Json;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The rules and Podman's state of the networks say what the packets showed.</summary>
[TestClass]
public sealed class RuleTests : StackTest
{
    [TestMethod]
    [Scenario("ISO-12")]
    public async Task The_rules_in_force_let_through_what_arrives_and_nothing_else()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        await using var here = await TestNetwork.CreateAsync(stack, Cancel);
        await using var there = await TestNetwork.CreateAsync(stack, Cancel);
        await using var one = await TestContainer.StartAsync(stack, here.Name, Cancel, "sleep", "infinity");
        await using var other = await TestContainer.StartAsync(stack, there.Name, Cancel, "sleep", "infinity");
        var containers = (await StackContainers.FindAsync(stack, Cancel)).Where(static c => c.Name is "gateway" or "postgres").ToList();
        var networks = new Dictionary<string, MadeNetwork>(await ObservedNetworks.FindAsync(stack, Cancel));
        using var ordinary = JsonDocument.Parse(await stack.Podman.RunAsync(["network", "inspect", here.Name, there.Name], Cancel));
        var added = ordinary.RootElement.EnumerateArray().Select(MadeNetwork.Parse).ToList();
        added.ForEach(n => networks[n.Name] = n);

        // One end on each network, two of them of the stack; and beyond them the outside.
        List<(string Name, int ProcessId, IPAddress Address, string Interface)> ends =
        [
            .. containers.Select(c => (c.Name, c.ProcessId, c.Addresses.Single().Value, networks[c.Addresses.Single().Key].Bridge)),
            ("ordinary-1", one.ProcessId, one.Address!, added[0].Bridge),
            ("ordinary-2", other.ProcessId, other.Address!, added[1].Bridge),
        ];
        await using var detour = await Detour.AddAsync(stack, containers, networks, Cancel);
        var targets = ends.Select(static e => e.Address).Append(lab.Outside.Address).ToDictionary(static a => a, ProbeTarget.Echo);
        var answers = await lab.Prober.ConnectAsync([.. ends.Select(static e => e.ProcessId)], [.. targets.Values], Cancel);
        var filter = await PacketFilter.ReadAsync(stack, Cancel);

        var wrong = new List<string>();
        var passed = 0;
        foreach (var from in ends)
        {
            foreach (var (to, address, leaving) in ends.Where(e => e != from).Select(static e => (e.Name, e.Address, e.Interface)).Append(("outside", lab.Outside.Address, lab.Outside.Link)))
            {
                var packet = new ForwardedPacket(from.Interface, leaving, from.Address, address, IsReply: false);
                var rules = filter.Passes(packet) && filter.Passes(packet.Reply());
                var seen = answers[(from.ProcessId, targets[address])] == Answer.Open;
                passed += seen ? 1 : 0;
                TestContext.WriteLine($"{from.Name} → {to}: the rules {(rules ? "let it through" : "drop it")}, an echo {(seen ? "came back" : "did not")}");
                if (rules != seen)
                {
                    wrong.Add($"{from.Name} → {to}: the rules {(rules ? "let it through" : "drop it")}, an echo {(seen ? "came back" : "did not")}");
                }
            }
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));

        // Both ordinary ones reach each other and the outside.
        Assert.AreEqual(4, passed, "Pairs between which an echo came back.");
        var translations = filter.TranslationsOf(networks.Values.Where(static n => n.IsInternal).Select(static n => n.Subnet)).ToList();
        Assert.IsEmpty(translations, $"Addresses of internal networks are translated: {string.Join(Environment.NewLine, translations)}");
    }

    [TestMethod]
    [Scenario("ISO-12")]
    public async Task Podman_and_its_name_server_know_of_the_networks_what_is_declared()
    {
        var stack = new ObservedStack(Stack.Application);
        var containers = await StackContainers.FindAsync(stack, Cancel);
        var made = await ObservedNetworks.FindAsync(stack, Cancel);
        var root = (await stack.Podman.RunAsync(["info", "--format", "{{.Store.RunRoot}}"], Cancel)).Trim();
        foreach (var network in stack.Model.Resources.OfType<PodmanNetworkResource>())
        {
            var found = made[network.NetworkName];
            Assert.AreEqual((network.IsInternal, true, network.HasNames), (found.IsInternal, found.IsIsolated, found.HasNames), $"{network.Name}: internal, isolated, with names");

            // A line for each container: its id, its address, and its names.
            var known = (await new NamespaceShell(stack.Podman).RunAsync($"cat {root}/networks/aardvark-dns/{network.NetworkName}", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .ToDictionary(static w => w[0], static w => (Address: IPAddress.Parse(w[1]), Names: w[^1].Split(',')));
            var members = containers.Where(c => c.Addresses.ContainsKey(network.NetworkName)).ToList();
            CollectionAssert.AreEquivalent(members.ConvertAll(static c => c.Id), known.Keys.ToList(), $"{network.Name}: the containers the name server knows");
            foreach (var member in members)
            {
                var (address, names) = known[member.Id];
                Assert.AreEqual(member.Addresses[network.NetworkName], address, $"{member} on {network.Name}");
                if (member.Resource is { } resource)
                {
                    List<string> declared = [.. ((string[])[resource.Name, $"{resource.Name}.dev.internal", .. resource.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias)]).Distinct()];
                    CollectionAssert.AreEquivalent(declared, names.Where(n => n != member.Id[..12] && n != $"{member.Name}-{stack.RunId}").ToList(), $"The names of {member} on {network.Name}");
                }
            }
        }
    }
}
