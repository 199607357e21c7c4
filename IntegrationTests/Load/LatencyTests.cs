using System.Net;
using XoeNovAi.Load;

namespace XoeNovAi.IntegrationTests.Load;

/// <summary>How long a query takes whose answer is in the cache, beside one whose answer is not, in the same run.</summary>
[TestClass]
public sealed class LatencyTests : StackTest
{
    private const int Asked = 600;
    private const string Rate = "50:12s";

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "redis", "postgres"];

    [TestMethod]
    [Scenario("PERF-03")]
    public async Task Queries_with_and_without_the_cache_are_answered_and_their_latencies_shown()
    {
        await Stack.ReadyAsync(Cancel);
        using var client = Stack.CreateGatewayClient();
        var name = $"latency-{Guid.NewGuid():n}";
        (await client.AskAsync($"{name}-first", new { query = name }, Cancel)).Dispose();

        var result = new LoadResult(TimeProvider.System);
        await new LoadRun(LoadProfile.Parse(Rate), (number, token) => AskAsync(client, name, number, token), new()).RunAsync(result, Cancel);

        var figures = new ScenarioFigures(TestContext, "PERF-03");
        figures.Add("query, answer from the cache", new Distribution(result.Samples.Where(static s => IsKnown(s.Number)).Select(static s => s.Took)));
        figures.Add("query, answer made anew", new Distribution(result.Samples.Where(static s => !IsKnown(s.Number)).Select(static s => s.Took)));
        figures.Write();
        figures.WriteTable(Harness.Traffic.Sent.Heading, result.History("query"));
        TestContext.WriteLine($"{result}");
        Assert.AreEqual(Asked, result.Answered, $"{result}: {string.Join("; ", result.Failures)}");

        // What the figures say they are of.
        Assert.AreEqual((long)Asked / 2, await CachedAsync(name, "known", cached: true));
        Assert.AreEqual((long)Asked / 2, await CachedAsync(name, "new", cached: false));
    }

    private static bool IsKnown(int number) => number % 2 == 0;

    private static async Task<string?> AskAsync(HttpClient client, string name, int number, CancellationToken cancellationToken)
    {
        using var answer = IsKnown(number)
            ? await client.AskAsync($"{name}-known-{number}", new { query = name }, cancellationToken)
            : await client.AskAsync($"{name}-new-{number}", new { query = $"{name} {number}" }, cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK ? null : $"{(int)answer.StatusCode}";
    }

    private async Task<long> CachedAsync(string name, string kind, bool cached)
        => (long)(await Stack.ScalarAsync($"SELECT count(*) FROM audit_log WHERE request_id LIKE $1 AND {(cached ? "cached" : "NOT cached")}", Cancel, $"{name}-{kind}-%"))!;
}
