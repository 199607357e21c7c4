using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Discovery;

[TestClass]
public sealed class FailoverTests : StackTest
{
    private const int Before = 200;
    private const int After = 300;
    private const int Tries = 2;

    // In one of four starts no check is under way when the instance ends.
    private const int Times = 3;
    private static readonly TimeSpan TwoChecks = TimeSpan.FromSeconds(2);
    private static readonly string[] Three = ["rag-1", "rag-2", "rag-3"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<string> Touches => ["consul", "gateway", "rag-1", "rag-2"];

    /// <summary>An instance whose container is made anew comes back at another address, while what was asked at the old one still waits there.</summary>
    [TestMethod]
    [Scenario("DISC-04")]
    public async Task Who_comes_back_at_another_address_is_not_charged_with_what_was_asked_at_the_old_one()
    {
        for (var i = 0; i < Times; i++)
        {
            await Stack.ReadyAsync(Cancel);
            var before = (await Stack.Consul.InstancesAsync("oikos", Cancel)).Single().Service.Address;
            await Stack.Podman.RunAsync(["kill", Stack.ContainerIdOf("oikos")], Cancel);
            await Stack.Commands.EndedAsync("oikos", Limit, Cancel);
            await Stack.Commands.StartAsync("oikos", Cancel);
            await Stack.Consul.WaitForAsync("oikos is at another address", "oikos", e => e.Count == 1 && e[0].Service.Address != before, Limit, Cancel);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            over.CancelAfter(TwoChecks);
            try
            {
                await foreach (var entries in Stack.Consul.WatchAsync("oikos", over.Token))
                {
                    Assert.IsTrue(entries.Single().IsPassing, $"Start {i + 1}, from {before} to {entries[0].Service.Address}: {string.Join("; ", entries[0].Checks.Select(static c => $"{c.Id} {c.Status} {c.Output}"))}");
                }
            }
            catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
            {
                // It has passed for as long as an old check could have told of it.
            }
        }
    }

    [TestMethod]
    [Scenario("DISC-08")]
    public async Task Killing_one_of_three_costs_what_was_in_flight_on_it_and_nothing_that_may_be_sent_again()
    {
        await Stack.ReadyAsync(Cancel);
        IReadOnlyList<Sent> history;
        (DateTimeOffset From, DateTimeOffset To) killed;
        DateTimeOffset known;
        await using var victim = await ExtraInstance.StartAsync(Stack, "3", Cancel);
        try
        {
            await Stack.Consul.WaitForAsync("three of rag pass", "rag", static e => e.Count == 3 && e.All(static i => i.IsPassing), Limit, Cancel);

            // So that there are requests on it when it ends. The fault ends with it.
            await Stack.Faults.SetAsync(victim, "delay_ms=200&path=/xnai/api/v1/who", Cancel);
            using var kinds = new GatewayTraffic(Stack);
            await using var traffic = OpenTraffic.Start(
                Cancel,
                kinds.Get(20),
                kinds.Post(10, hasKey: true),
                kinds.Post(10, hasKey: false),
                kinds.Stream(3, static n => $"What is number {n}, said in some more words than a stream of a moment has, so that it is on its way for a while?"),
                kinds.Socket(3));
            await traffic.AnsweredAsync(Before, Limit, Cancel);
            CollectionAssert.IsSubsetOf(Three, traffic.History.Select(static s => s.Instance).ToArray(), "All three answer before the fault.");
            killed = await victim.SignalAsync("KILL", Cancel);
            await Stack.Consul.WaitForAsync("rag-3 is critical", "rag", static e => e.Any(static i => i.Service.Id == "rag-3" && !i.IsPassing), Limit, Cancel);
            known = TimeProvider.System.GetUtcNow();
            await traffic.AnsweredAsync(After, Limit, Cancel);
            history = await traffic.StopAsync();
        }
        finally
        {
            await Stack.Consul.DeregisterAsync("rag-3", CancellationToken.None);
        }

        await Stack.ReadyAsync(Cancel);
        var figures = new ScenarioFigures(TestContext, "DISC-08");
        foreach (var kind in history.GroupBy(static s => s.Kind))
        {
            figures.Add($"{kind.Key}, before", new Distribution(kind.Where(s => s.Ended < killed.From).Select(static s => s.Took)));
            figures.Add($"{kind.Key}, after", new Distribution(kind.Where(s => s.Ended >= killed.From).Select(static s => s.Took)));
        }

        var lost = history.Where(static s => !s.IsOk).ToList();
        var after = lost.Where(s => !s.WasInFlight(killed)).ToList();
        figures.Add("requests", history.Count);
        figures.Add("in flight at the end of the instance", history.Count(s => s.WasInFlight(killed)));
        figures.Add("of those not answered as if nothing had happened", lost.Count - after.Count);
        figures.Add("given to the dead instance and lost", after.Count);
        figures.AddFault("rag-3 is killed, until it is critical", killed.From, known);
        figures.Write();
        figures.WriteTable(Sent.Heading, history.Select(static s => s.Line));
        TestContext.WriteLine($"Killed at {killed.From:HH:mm:ss.fff}, critical at {known:HH:mm:ss.fff}. {string.Join(Environment.NewLine, lost)}");
        Assert.IsTrue(lost.TrueForAll(static s => s.Kind == "POST" || s.Outcome is GatewayTraffic.Resumed or GatewayTraffic.Cut), $"These may be sent again: {string.Join("; ", lost)}");

        // What may not be sent again is lost with the connection that does not come about, by which the gateway learns of the end and leaves
        // the instance out, until Consul says so: once, and once more when it tries it again before that.
        Assert.IsTrue(after.Count <= Tries && after.TrueForAll(s => s.Kind == "POST" && s.At < known), $"Not in flight when the instance was killed at {killed.From:HH:mm:ss.fff}: {string.Join("; ", after)}");
        Assert.IsFalse(history.Any(s => s.At > killed.To && s.Instance == "rag-3"), "The dead do not answer.");
    }
}
