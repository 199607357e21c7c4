using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

[TestClass]
public sealed class StreamConsumerTests : StackTest
{
    private const string Stream = "xnai:task_updates";
    private const string Group = "agent_wavefront";
    private const int LogLines = 500;
    private const string DeadLetters = "xnai:dlq:xnai:task_updates";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected override IReadOnlyList<string> Touches => ["curation-worker", "redis"];

    [TestMethod]
    [Scenario("RED-04")]
    public async Task A_message_nobody_can_handle_is_a_dead_letter_after_three_tries_and_holds_nobody_up()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        var request = $"poison-{Guid.NewGuid():n}";
        var poison = await database.StreamAddAsync(Stream, [new("type", "curate"), new("task_id", "none"), new("request_id", request)]);
        var task = Guid.NewGuid();
        await database.StreamAddAsync(Stream, Curate(task));

        await CuratedAsync(task);
        var letters = await Eventually.HoldsAsync(
            "the poisoned message is among the dead letters",
            Limit,
            _ => database.StreamRangeAsync(DeadLetters),
            all => all.Any(l => l["original_id"] == poison),
            static all => $"{all.Length} letters",
            Cancel);
        Assert.AreEqual(3, (int)letters.Single(l => l["original_id"] == poison)["tries"]);
        await Eventually.HoldsAsync(
            "every line of the log about the message names its request, up to the dead letters",
            Limit,
            async _ => (await Stack.Logs.TailAsync("curation-worker", LogLines)).Where(l => l.Contains(poison.ToString(), StringComparison.Ordinal)).ToList(),
            lines => lines.Any(static l => l.Contains("dead letters", StringComparison.Ordinal)) && lines.All(l => l.Contains($"request.id:{request}", StringComparison.Ordinal)),
            static lines => string.Join(Environment.NewLine, lines),
            Cancel);
        await Eventually.HoldsAsync("nothing is pending", Limit, _ => database.StreamPendingAsync(Stream, Group), static p => p.PendingMessageCount == 0, static p => $"{p.PendingMessageCount}", Cancel);
    }

    [TestMethod]
    [Scenario("RED-04")]
    public async Task What_a_consumer_that_is_gone_has_left_is_taken_over()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        string taken = string.Empty;
        await Stack.Podman.RunAsync(["kill", "--signal", "STOP", Stack.ContainerIdOf("curation-worker")], Cancel);
        try
        {
            // The worker may have a read waiting, which Redis serves first: that one is its own.
            while (taken.Length == 0)
            {
                await database.StreamAddAsync(Stream, Curate(Guid.NewGuid()));
                taken = (await database.StreamReadGroupAsync(Stream, Group, "gone", StreamPosition.NewMessages)).FirstOrDefault()["task_id"].ToString();
            }
        }
        finally
        {
            await Stack.Podman.RunAsync(["kill", "--signal", "CONT", Stack.ContainerIdOf("curation-worker")], CancellationToken.None);
        }

        await CuratedAsync(Guid.Parse(taken));
        await Eventually.HoldsAsync("nothing is pending", Limit, _ => database.StreamPendingAsync(Stream, Group), static p => p.PendingMessageCount == 0, static p => $"{p.PendingMessageCount}", Cancel);
        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Scenario("RED-04")]
    public async Task Nothing_is_lost_when_the_worker_crashes()
    {
        const int Tasks = 200;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        var tasks = Enumerable.Range(0, Tasks).Select(static _ => Guid.NewGuid()).ToList();
        var adding = Task.WhenAll(tasks.Select(t => database.StreamAddAsync(Stream, Curate(t))));
        await CuratedAsync(tasks[0]);
        await Stack.Faults.CrashAsync("curation-worker", Cancel);
        await adding;
        await Stack.Commands.EndedAsync("curation-worker", Limit, CancellationToken.None);
        await Stack.Commands.StartAsync("curation-worker", CancellationToken.None);

        foreach (var task in tasks)
        {
            await CuratedAsync(task);
        }

        await Stack.ReadyAsync(Cancel);
    }

    private static NameValueEntry[] Curate(Guid task) => [new("type", "curate"), new("task_id", task.ToString()), new("query", "what"), new("tokens", 1)];

    private Task CuratedAsync(Guid task)
        => Eventually.HoldsAsync(
            $"task {task} has its row",
            Limit,
            async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM curation_log WHERE task_id = $1", token, task))!,
            static rows => rows == 1,
            static rows => $"{rows} rows",
            Cancel);
}
