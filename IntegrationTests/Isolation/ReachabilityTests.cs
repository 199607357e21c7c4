using System.Net;
using System.Net.Sockets;

namespace XoeNovAi.IntegrationTests.Isolation;

[TestClass]
public sealed class ReachabilityTests : StackTest
{
    // Addresses of nobody, kept for documentation (RFC 5737). The guard has shown that nothing gets there.
    private static readonly ProbeTarget Elsewhere = new(IPAddress.Parse("203.0.113.1"), 80);

    [TestMethod]
    [Scenario("ISO-03")]
    public async Task Containers_reach_what_the_AppHost_declares_and_nothing_else()
    {
        await using var lab = await Lab.OpenAsync(Stack, Cancel);
        var containers = await StackContainers.FindAsync(Stack, Cancel);
        foreach (var container in containers)
        {
            CollectionAssert.AreEquivalent(ReachabilityMatrix.NetworksOf(container).ToList(), container.Addresses.Keys.ToList(), $"'{container}' is not on the networks that were declared.");
        }

        var matrix = await ReachabilityMatrix.OfAsync(Stack, containers, Beyond(lab), Cancel);
        var left = await lab.Guard.LeftAsync(Cancel);
        var answers = await lab.Prober.ConnectAsync([.. containers.Select(static c => c.ProcessId)], [.. matrix.Rows.Select(static r => r.Target)], Cancel);

        var (table, wrong) = matrix.Compare(answers);
        TestContext.WriteLine(table);
        TestContext.WriteLine($"{answers.Count} probes. open: connected; refused: reached, nobody listens; -: not reached; .: a container's own address.");
        Assert.IsEmpty(wrong, $"{wrong.Count} cells of the matrix are not as declared:{Environment.NewLine}{string.Join(Environment.NewLine, wrong)}{Environment.NewLine}{table}");
        Assert.AreEqual(left, await lab.Guard.LeftAsync(Cancel), "Packets of containers were on their way out of the machine; the guard dropped them.");
    }

    [TestMethod]
    [Scenario("ISO-03")]
    public async Task Names_resolve_only_among_those_that_share_a_network()
    {
        await using var lab = await Lab.OpenAsync(Stack, Cancel);
        var containers = await StackContainers.FindAsync(Stack, Cancel);
        var named = containers.Where(static c => c.Resource is not null).ToList();
        var holders = named.SelectMany(static c => NamesOf(c).Select(n => (Name: n, Container: c))).ToLookup(static h => h.Name, static h => h.Container);
        var found = await lab.Prober.ResolveAsync([.. named.Select(static c => c.ProcessId)], [.. holders.Select(static h => h.Key)], Cancel);

        var wrong = new List<string>();
        foreach (var from in named)
        {
            var networks = ReachabilityMatrix.NetworksOf(from);
            foreach (var holder in holders)
            {
                var allowed = holder.SelectMany(c => c.Addresses.Where(a => networks.Contains(a.Key)).Select(static a => a.Value)).ToHashSet();
                var seen = found[(from.ProcessId, holder.Key)];
                TestContext.WriteLine($"{from.Name} asks for {holder.Key}: {(seen.Count == 0 ? "no address" : string.Join(", ", seen))}");
                if (seen.Count == 0 != (allowed.Count == 0) || !seen.All(allowed.Contains))
                {
                    wrong.Add($"{from.Name} asks for {holder.Key}: {(seen.Count == 0 ? "no address" : string.Join(", ", seen))}, expected {(allowed.Count == 0 ? "no address" : $"of {string.Join(", ", allowed)}")}");
                }
            }
        }

        TestContext.WriteLine($"{await lab.Guard.NamesAsync(Cancel)} questions for names would have been passed on to the outside; the guard dropped them (ISO-06).");
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    /// <summary>The control: what the matrix calls unreachable, the same prober reaches where networks are ordinary ones.</summary>
    [TestMethod]
    [Scenario("ISO-03")]
    public async Task The_prober_sees_that_two_ordinary_networks_are_not_isolated()
    {
        await using var lab = await Lab.OpenAsync(Stack, Cancel);
        await using var here = await TestNetwork.CreateAsync(Stack, Cancel);
        await using var there = await TestNetwork.CreateAsync(Stack, Cancel);
        await using var asking = await TestContainer.StartAsync(Stack, here.Name, Cancel, "sleep", "infinity");
        await using var answering = await TestContainer.StartAsync(Stack, there.Name, Cancel, "nc", "-lk", "9000");
        var stranger = new ProbeTarget(answering.Address!, 9000);
        var outside = new ProbeTarget(lab.Outside.Address, Outside.Port);
        var left = await lab.Guard.LeftAsync(Cancel);

        var answers = await lab.Prober.ConnectAsync([asking.ProcessId], [stranger, stranger with { Port = 1 }, outside, Elsewhere], Cancel);

        Assert.AreEqual(Answer.Open, answers[(asking.ProcessId, stranger)], "Another ordinary network's container.");
        Assert.AreEqual(Answer.Refused, answers[(asking.ProcessId, stranger with { Port = 1 })], "Its closed port.");
        Assert.AreEqual(Answer.Open, answers[(asking.ProcessId, outside)], "The test's own outside.");
        Assert.AreEqual(Answer.None, answers[(asking.ProcessId, Elsewhere)], "An address the guard keeps packets from.");
        Assert.IsGreaterThan(left, await lab.Guard.LeftAsync(Cancel), "The guard did not count what it dropped.");
    }

    private static IEnumerable<string> NamesOf(StackContainer container)
        => [container.Name, .. container.Resource!.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias)];

    private static IEnumerable<(string Owner, ProbeTarget Target)> Beyond(Lab lab)
    {
        yield return ("(outside)", new(lab.Outside.Address, Outside.Port));
        yield return ("(elsewhere)", Elsewhere);
        yield return ("(elsewhere)", Elsewhere with { Udp = true });
        foreach (var address in HostAddresses())
        {
            yield return ("(host)", new(address, Stack.GatewayAddress.Port));
        }
    }

    // Of this machine; a packet to one of them does not leave it either.
    private static IEnumerable<IPAddress> HostAddresses()
        => System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(static i => i.GetIPProperties().UnicastAddresses)
            .Select(static a => a.Address)
            .Where(static a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));
}
