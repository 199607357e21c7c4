using System.Diagnostics;
using System.Globalization;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Discovery;

[TestClass]
public sealed class PropagationTests : StackTest
{
    private const string Segments = "data_segs_out:";
    private const int Changes = 1000;
    private const double LimitMilliseconds = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(5);

    protected override IReadOnlyList<string> Touches => ["consul", "gateway", "oikos"];

    [TestMethod]
    [Scenario("DISC-06")]
    [Scenario("PERF-03")]
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
        var figures = new ScenarioFigures(TestContext, "DISC-06");
        figures.Add("from the write in Consul to the first request served by the new instance", distribution);
        figures.Add("of that, the write", new Distribution(writes));
        figures.Write();
        Assert.IsLessThanOrEqualTo(LimitMilliseconds, distribution.Percentile(0.99), distribution.ToString());
    }

    /// <summary>What is pushed need not be asked for: who has been asked lately has nothing to say to Consul.</summary>
    [TestMethod]
    [Scenario("DISC-06")]
    public async Task While_nothing_changes_the_gateway_does_not_ask()
    {
        var process = await Stack.ProcessIdOfAsync("gateway", Cancel);
        var before = await SegmentsAsync(process);
        Assert.IsNotEmpty(before, "The gateway has no connection to Consul.");
        await Task.Delay(Quiet, Cancel);
        var after = await SegmentsAsync(process);

        // A query of some minutes may have come to its end meanwhile, and be asked again.
        var said = after.Select(a => (a.Key, Segments: a.Value - before.GetValueOrDefault(a.Key))).ToList();
        TestContext.WriteLine($"In {Quiet.TotalSeconds:0} s the gateway said {said.Sum(static s => s.Segments)} times something on {after.Count} connections.");
        Assert.IsTrue(said.TrueForAll(static s => s.Segments <= 1), string.Join(", ", said));
    }

    // By the connection's own port.
    private async Task<IReadOnlyDictionary<string, int>> SegmentsAsync(int process)
    {
        var lines = (await new NamespaceShell(Stack.Podman).RunAsync($"nsenter -t {process} -n ss -tniOH state established '( dport = 8500 )'", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(
            static words => words[2],
            static words => int.Parse(words.FirstOrDefault(static w => w.StartsWith(Segments, StringComparison.Ordinal))?[Segments.Length..] ?? "0", CultureInfo.InvariantCulture),
            StringComparer.Ordinal);
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
