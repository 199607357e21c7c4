using XoeNovAi.IntegrationTests.Harness.Faults;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>A bad path to a store, or to one of two instances: packets get lost, connections are reset, all is late, little goes through.</summary>
[TestClass]
public sealed class PathFaultTests : StackTest
{
    private const int Each = 60;
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "curation-worker", "postgres", "redis"];

    [TestMethod]
    [Scenario("CHAOS-03")]
    [DataRow("postgres", 5432)]
    [DataRow("redis", 6379)]
    [DataRow("rag-1", 8012)]
    public async Task Loss_resets_latency_and_a_narrow_path_lose_nothing_that_was_acknowledged(string target, int port)
    {
        await using var traffic = await FaultTraffic.StartAsync(Stack, Cancel);
        await traffic.AnsweredAsync(Each, Cancel);
        var process = await Stack.ProcessIdOfAsync(target, Cancel);
        List<(string Name, DateTimeOffset From, DateTimeOffset To)> faults =
        [
            await DuringAsync("one of five packets is lost", await PacketFault.LoseAsync(Stack, process, port, 5, Cancel)),
            await DuringAsync("connections are reset", await PacketFault.RefuseAsync(Stack, process, port, Cancel)),
            await DuringAsync("all is 100 ms late each way", await PathFault.DelayAsync(Stack, process, port, Late, Cancel)),
            await DuringAsync("128 kbit a second go through", await PathFault.ThrottleAsync(Stack, process, 128, Cancel)),
        ];
        var history = await traffic.JudgeAsync(TestContext, $"CHAOS-03 {target}", faults, Cancel);

        // On the way to rag a POST may be lost, as it may not be sent again; a store's trouble loses no request at all.
        var failed = history.Where(s => !s.IsOk && !(target == "rag-1" && s.Kind == "query")).ToList();
        Assert.IsEmpty(failed, string.Join(Environment.NewLine, failed));

        async Task<(string, DateTimeOffset, DateTimeOffset)> DuringAsync(string name, IAsyncDisposable fault)
        {
            var from = TimeProvider.System.GetUtcNow();
            await using (fault)
            {
                await traffic.AnsweredAsync(Each, Cancel);
            }

            var to = TimeProvider.System.GetUtcNow();
            await Stack.ReadyAsync(Cancel);
            return (name, from, to);
        }
    }
}
