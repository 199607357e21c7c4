using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Stacks of one user, each unaware of the others.</summary>
[TestClass]
public sealed class SideBySideTests : StackTest
{
    [TestMethod]
    [Scenario("ISO-09")]
    public async Task Two_stacks_started_at_once_beside_the_shared_one_do_not_collide_and_do_not_reach_each_other()
    {
        await using var lab = await Lab.OpenAsync(new(Stack.Application), Cancel);
        await using var stacks = await SmallStacks.StartAsync(2, Cancel);
        List<ObservedStack> all = [new(Stack.Application), .. stacks.All.Select(static s => s.Observed)];
        var containers = new List<(ObservedStack Stack, StackContainer Container)>();
        var networks = new Dictionary<string, MadeNetwork>(StringComparer.Ordinal);
        var rows = new List<(ObservedStack Stack, MatrixRow Row)>();
        foreach (var stack in all)
        {
            var own = await StackContainers.FindAsync(stack, Cancel);
            containers.AddRange(own.Select(c => (stack, c)));
            rows.AddRange((await ReachabilityMatrix.OfAsync(stack, own, [], Cancel)).Rows.Select(r => (stack, r)));
            foreach (var (name, network) in await ObservedNetworks.FindAsync(stack, Cancel))
            {
                networks.Add(name, network);
            }
        }

        AssertDistinct("subnets", networks.Values.Select(static n => n.Subnet));
        AssertDistinct("bridges", networks.Values.Select(static n => n.Bridge));
        AssertDistinct("ports on the host", containers.SelectMany(static c => c.Container.Published.Select(static p => p.On.ToString())));
        await AssertOwnIdsAsync(all[0], [.. containers.Select(static c => c.Container)]);

        // Names: each finds its own Consul and PostgreSQL, not another's of the same name.
        foreach (var stack in all)
        {
            var names = await NameCheck.RunAsync(stack, lab, Cancel);
            Assert.IsEmpty(names.All, $"Run {stack.RunId}: {string.Join(Environment.NewLine, names.All)}");
        }

        // Packets: even with routes to each other, none gets across.
        await using var detour = await Detour.AddAsync(all[0], containers.Select(static c => c.Container), networks, Cancel);
        var answers = await lab.Prober.ConnectAsync([.. containers.Select(static c => c.Container.ProcessId)], [.. rows.Select(static r => r.Row.Target)], Cancel);
        var across = containers.SelectMany(from => rows.Where(r => r.Stack != from.Stack).Select(r => (From: from, To: r, Answer: answers[(from.Container.ProcessId, r.Row.Target)]))).ToList();
        TestContext.WriteLine($"{all.Count} stacks, {containers.Count} containers, {across.Count} probes from one stack to another");
        var reached = across.Where(static a => a.Answer != Answer.None).Select(static a => $"{a.From.Container} of {a.From.Stack.RunId} → {a.To.Row.Owner} of {a.To.Stack.RunId}, {a.To.Row.Target}: {a.Answer}").ToList();
        Assert.IsEmpty(reached, string.Join(Environment.NewLine, reached));

        // The control: within each stack, what is declared is open.
        foreach (var (stack, row) in rows.Where(static r => r.Row is { Note: "declared", Owner: "consul" }))
        {
            var friend = containers.First(c => c.Stack == stack && c.Container.Name != "consul" && c.Container.Addresses.ContainsKey(row.Network!)).Container;
            Assert.AreEqual(Answer.Open, answers[(friend.ProcessId, row.Target)], $"{friend} of {stack.RunId} → consul {row.Target}");
        }
    }

    private static void AssertDistinct(string what, IEnumerable<string> values)
    {
        var twice = values.GroupBy(static v => v).Where(static g => g.Count() > 1).Select(static g => g.Key).ToList();
        Assert.IsEmpty(twice, $"Two stacks have these {what} in common: {string.Join(", ", twice)}");
    }

    private async Task AssertOwnIdsAsync(ObservedStack stack, IReadOnlyList<StackContainer> containers)
    {
        var findings = NamespaceCheck.Of(containers, await new ContainerProcesses(stack).ListAsync(containers, Cancel));
        Assert.IsEmpty(findings, string.Join(Environment.NewLine, findings));
    }
}
