namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What the contract says, whatever the AppHost declares: nothing of the stack calls outside, by packets or by names.</summary>
[TestClass]
public sealed class EgressTests : StackTest
{
    private const string ForeignName = "leak.xoe-novai.example";

    [TestMethod]
    [Scenario("ISO-06")]
    public async Task No_container_reaches_the_outside_by_TCP_UDP_or_ICMP_not_even_by_a_route_of_its_own()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        var containers = await StackContainers.FindAsync(stack, Cancel);
        await using var ordinary = await TestNetwork.CreateAsync(stack, Cancel);
        await using var control = await TestContainer.StartAsync(stack, ordinary.Name, Cancel, "sleep", "infinity");
        await using var detour = await Detour.AddAsync(stack, containers, await ObservedNetworks.FindAsync(stack, Cancel), Cancel);

        var answers = await lab.Prober.ConnectAsync([control.ProcessId, .. containers.Select(static c => c.ProcessId)], lab.Outside.Targets, Cancel);

        foreach (var target in lab.Outside.Targets)
        {
            Assert.AreNotEqual(Answer.None, answers[(control.ProcessId, target)], $"The control does not reach {target}.");
            foreach (var container in containers)
            {
                Assert.AreEqual(Answer.None, answers[(container.ProcessId, target)], $"{container} to {target}, outside");
            }
        }
    }

    [TestMethod]
    [Scenario("ISO-06")]
    public async Task No_question_for_a_foreign_name_is_passed_on_to_the_outside()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        var containers = await StackContainers.FindAsync(stack, Cancel);
        await using var ordinary = await TestNetwork.CreateAsync(stack, Cancel);
        await using var control = await TestContainer.StartAsync(stack, ordinary.Name, Cancel, "sleep", "infinity");
        var before = await lab.Guard.NamesAsync(Cancel);

        var found = await lab.Prober.ResolveAsync([.. containers.Select(static c => c.ProcessId)], [ForeignName, "nobody-here"], Cancel);

        Assert.IsTrue(found.Values.All(static a => a.Count == 0), "A foreign name was resolved.");
        Assert.AreEqual(before, await lab.Guard.NamesAsync(Cancel), "Questions for names left the stack's networks; the guard dropped them.");

        // The control: of an ordinary network they are passed on, as far as the guard.
        await lab.Prober.ResolveAsync([control.ProcessId], [ForeignName], Cancel);
        Assert.IsGreaterThan(before, await lab.Guard.NamesAsync(Cancel), "The guard did not count the control's question.");
    }
}
