namespace XoeNovAi.IntegrationTests.Isolation;

[TestClass]
public sealed class ReachabilityTests : StackTest
{
    [TestMethod]
    [TestCategory("Quick")]
    [Scenario("ISO-03")]
    public async Task Containers_reach_what_the_AppHost_declares_and_nothing_else()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        (await ReachabilityCheck.RunAsync(stack, lab, withDetours: false, Cancel)).AssertNone(TestContext);
    }

    [TestMethod]
    [Scenario("ISO-05")]
    [Scenario("ISO-06")]
    public async Task Routes_that_containers_would_add_lead_nowhere()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        (await ReachabilityCheck.RunAsync(stack, lab, withDetours: true, Cancel)).AssertNone(TestContext);
    }

    [TestMethod]
    [Scenario("ISO-04")]
    public async Task Names_resolve_only_among_those_that_share_a_network()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        (await NameCheck.RunAsync(stack, lab, Cancel)).AssertNone(TestContext);
    }

    /// <summary>The control: what the matrix calls unreachable, the same prober reaches where networks are ordinary ones.</summary>
    [TestMethod]
    [Scenario("ISO-03")]
    public async Task The_prober_sees_that_two_ordinary_networks_are_not_isolated()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        await using var here = await TestNetwork.CreateAsync(stack, Cancel);
        await using var there = await TestNetwork.CreateAsync(stack, Cancel);
        await using var asking = await TestContainer.StartAsync(stack, here.Name, Cancel, "sleep", "infinity");
        await using var answering = await TestContainer.StartAsync(stack, there.Name, Cancel, "nc", "-lk", "9000");
        var stranger = new ProbeTarget(answering.Address!, 9000);
        List<(ProbeTarget Target, Answer Expected)> cells =
        [
            (stranger, Answer.Open),
            (stranger with { Port = ReachabilityMatrix.Closed }, Answer.Refused),
            (stranger with { Port = ReachabilityMatrix.Closed, Protocol = ProbeProtocol.Udp }, Answer.Refused),
            (ProbeTarget.Echo(stranger.Address), Answer.Open),
            .. lab.Outside.Targets,
            (ReachabilityCheck.Elsewhere, Answer.None),
            (ProbeTarget.Echo(ReachabilityCheck.Elsewhere.Address), Answer.None),
        ];
        var left = await lab.Guard.LeftAsync(Cancel);

        var answers = await lab.Prober.ConnectAsync([asking.ProcessId], [.. cells.Select(static c => c.Target)], Cancel);

        foreach (var (target, expected) in cells)
        {
            Assert.AreEqual(expected, answers[(asking.ProcessId, target)], $"{target}, from an ordinary network");
        }

        Assert.IsGreaterThan(left, await lab.Guard.LeftAsync(Cancel), "The guard did not count what it dropped.");
    }
}
