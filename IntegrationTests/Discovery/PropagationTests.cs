using System.Diagnostics;

namespace XoeNovAi.IntegrationTests.Discovery;

[TestClass]
public sealed class PropagationTests : StackTest
{
    private const int Changes = 100;
    private const double LimitMilliseconds = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(5);

    protected override IReadOnlyList<string> Touches => ["consul", "gateway", "oikos"];

    [TestMethod]
    [Scenario("DISC-06")]
    public async Task A_change_in_Consul_is_served_by_the_gateway_within_100_ms()
    {
        var rag = (await Stack.Consul.InstancesAsync("rag", Cancel)).OrderBy(static e => e.Service.Id, StringComparer.Ordinal).Select(static e => e.Service).ToList();

        var durations = new List<TimeSpan>();
        var writes = new List<TimeSpan>();

        // The one that moves is the only one: its own instance is out of it.
        await using (await Stack.Faults.SetAsync("oikos", "health=503", Cancel))
        await using (await Stack.Consul.RegisterAsync("oikos", "oikos-moving", rag[0].Address, rag[0].Port, Cancel))
        {
            await Stack.Consul.WaitForAsync("only the moving instance of oikos passes", "oikos", static e => e.Count(static i => i.IsPassing) == 1 && e.Single(static i => i.IsPassing).Service.Id == "oikos-moving", Limit, Cancel);
            await ServedByAsync("1");

            for (var change = 1; change <= Changes; change++)
            {
                var next = change % 2;

                // From before the write: what is measured includes it, so it is an upper bound.
                var started = Stopwatch.GetTimestamp();
                await Stack.Consul.RegisterAsync("oikos", "oikos-moving", rag[next].Address, rag[next].Port, Cancel);
                writes.Add(Stopwatch.GetElapsedTime(started));
                await ServedByAsync(next == 0 ? "1" : "2");
                durations.Add(Stopwatch.GetElapsedTime(started));
            }
        }

        await Stack.ReadyAsync(Cancel);
        var distribution = new Distribution(durations);
        TestContext.WriteLine($"From the write in Consul to the first request served by the new instance: {distribution}");
        TestContext.WriteLine($"Of that, the write: {new Distribution(writes)}");
        Assert.IsLessThanOrEqualTo(LimitMilliseconds, distribution.Percentile(0.99), distribution.ToString());
    }

    private async Task ServedByAsync(string instance)
    {
        var started = Stopwatch.GetTimestamp();
        while (await Stack.EchoAsync("/oikos/who", Cancel) is not { Service: "rag" } echo || echo.Instance != instance)
        {
            Assert.IsLessThan(GiveUp, Stopwatch.GetElapsedTime(started), $"The gateway did not follow the change to rag-{instance}.");
        }
    }
}
