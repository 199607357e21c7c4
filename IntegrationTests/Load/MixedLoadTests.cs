using Npgsql;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Load;

/// <summary>Everything at once, at rates two processors bear: nothing fails, and everything is written down exactly once.</summary>
[TestClass]
public sealed class MixedLoadTests : StackTest
{
    private const string Tasks = "xnai:task_updates";

    // Some 25 seconds of it.
    private const int Requests = 600;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "curation-worker", "postgres", "redis"];

    [TestMethod]
    [Scenario("LOAD-03")]
    public async Task Queries_searches_streams_sockets_and_tasks_at_once_are_each_done_once()
    {
        await Stack.ReadyAsync(Cancel);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var marker = Guid.NewGuid().ToString("n");
        using var kinds = new GatewayTraffic(Stack);
        await using var traffic = OpenTraffic.Start(
            Cancel,
            kinds.Query(8, n => $"{marker} query {n}"),
            kinds.Search(4),
            kinds.Stream(3, n => $"{marker} stream {n}"),
            kinds.Socket(2),
            new("task", 4, async (n, _) =>
            {
                await redis.GetDatabase().StreamAddAsync(Tasks, [new("type", "curate"), new("task_id", Guid.NewGuid().ToString()), new("query", $"{marker} task {n}"), new("tokens", 1)]);
                return (string.Empty, Sent.Ok);
            }),
            kinds.AgentTask(3, n => $"{marker} agent {n}"));
        await traffic.AnsweredAsync(Requests, Limit, Cancel);
        var history = await traffic.StopAsync();

        var figures = new ScenarioFigures(TestContext, "LOAD-03");
        foreach (var kind in history.GroupBy(static s => s.Kind))
        {
            figures.Add(kind.Key, new Distribution(kind.Select(static s => s.Took)));
        }

        var failed = history.Where(static s => !s.IsOk).ToList();
        figures.Add("requests", history.Count);
        figures.Add("failed", failed.Count);
        figures.Write();
        figures.WriteTable(Sent.Heading, history.Select(static s => s.Line));
        Assert.IsEmpty(failed, string.Join("; ", failed));

        List<string> audited = [.. Sentences(history, marker, "query"), .. Sentences(history, marker, "stream")];
        await OnceAsync("every question is audited once", "SELECT query FROM audit_log WHERE query LIKE $1 || '%'", marker, audited);
        await OnceAsync("every question and every task is curated once", "SELECT query FROM curation_log WHERE query LIKE $1 || '%'", marker, [.. audited, .. Sentences(history, marker, "task")]);
        await OnceAsync("every agent's task is taken once", "SELECT payload::jsonb #>> '{}' FROM agent_task WHERE payload LIKE '%' || $1 || '%'", marker, [.. Sentences(history, marker, "agent")]);
        await Eventually.HoldsAsync("nothing is pending", Limit, _ => redis.GetDatabase().StreamPendingAsync(Tasks, "agent_wavefront"), static p => p.PendingMessageCount == 0, static p => $"{p.PendingMessageCount}", Cancel);
        await Stack.ReadyAsync(Cancel);
    }

    private static IEnumerable<string> Sentences(IEnumerable<Sent> history, string marker, string kind)
        => Enumerable.Range(0, history.Count(s => s.Kind == kind)).Select(n => $"{marker} {kind} {n}");

    // The worker writes when it comes to it: until all are there; and then each is there once, and nothing besides.
    private async Task OnceAsync(string awaited, string query, string marker, IReadOnlyList<string> expected)
    {
        var rows = await Eventually.HoldsAsync(awaited, Limit, token => RowsAsync(query, marker, token), rows => rows.Count >= expected.Count, rows => $"{rows.Count} rows of {expected.Count}", Cancel);
        CollectionAssert.AreEquivalent(expected.ToList(), rows.ToList(), awaited);
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(string query, string marker, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(cancellationToken));
        return await source.TextsAsync(query, marker, cancellationToken);
    }
}
