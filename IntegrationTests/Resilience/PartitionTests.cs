using XoeNovAi.IntegrationTests.Harness.Faults;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>Two that talk to each other cannot, without a word to either: who does not need it goes on, and afterwards all is well.</summary>
[TestClass]
public sealed class PartitionTests : StackTest
{
    private const string Gateway = "gateway";

    // Some seven seconds of it, and more where the gateway has to notice.
    private const int Meanwhile = 100;
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(10);

    // Then its breaker lets one request try, each time its break is over.
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(5);

    protected override IReadOnlyList<string> Touches => [Gateway, "rag-1", "rag-2", "curation-worker"];

    [TestMethod]
    [Scenario("CHAOS-02")]
    [DataRow(Gateway, "rag-1")]
    [DataRow(Gateway, "consul")]
    [DataRow("rag-1", "consul")]
    [DataRow("rag-1", "postgres")]
    [DataRow("rag-1", "redis")]
    [DataRow("rag-1", "qdrant")]
    [DataRow("curation-worker", "postgres")]
    [DataRow("curation-worker", "redis")]
    public async Task What_does_not_need_a_cut_path_goes_on_and_all_is_well_after_it(string one, string other)
    {
        await using var traffic = await FaultTraffic.StartAsync(Stack, Cancel);
        await traffic.AnsweredAsync(Meanwhile / 2, Cancel);
        var from = TimeProvider.System.GetUtcNow();
        await using (await PacketFault.PartitionAsync(Stack, one, other, Cancel))
        {
            await traffic.AnsweredAsync(one == Gateway ? 2 * Meanwhile : Meanwhile, Cancel);
        }

        var to = TimeProvider.System.GetUtcNow();
        var history = await traffic.JudgeAsync(TestContext, $"CHAOS-02 {one} {other}", [($"{one} and {other} are cut off from each other", from, to)], Cancel);

        // Until the gateway has noticed, what was given to the one that cannot be reached is lost: a POST, as it may not be sent again, and of
        // the others what is beyond the share that may.
        var isGateways = (one, other) == (Gateway, "rag-1");
        var noticed = isGateways ? from + Noticed : from;
        var failed = history.Where(s => !s.IsOk && !(s.At >= from && s.At < noticed)).ToList();
        var tried = isGateways ? failed.Where(s => s.At >= noticed && s.At < to).ToList() : [];
        Assert.IsEmpty(failed.Except(tried).ToList(), string.Join(Environment.NewLine, failed));
        Assert.IsLessThanOrEqualTo(1 + Math.Max(0, (int)((to - noticed) / Break)), tried.Count, string.Join(Environment.NewLine, tried));
    }
}
