using Npgsql;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

[TestClass]
public sealed class StreamConsumerTests : StackTest
{
    private const string Stream = "xnai:task_updates";
    private const string Group = "agent_wavefront";
    private const string Consumer = "curation-worker-1";
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

    /// <summary>The lock holds the message in work while the worker is ended: to it that is a message that ends it, each time it is tried.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("RED-04")]
    public async Task A_message_that_ends_the_worker_three_times_is_a_dead_letter()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        await using (var connection = await UnpooledAsync())
        {
            await connection.OpenAsync(Cancel);
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await using var command = new NpgsqlCommand("LOCK TABLE curation_log", connection);
            await command.ExecuteNonQueryAsync(Cancel);
            var message = await database.StreamAddAsync(Stream, Curate(Guid.NewGuid()));
            for (var time = 1; time <= 3; time++)
            {
                // One for the reading of it.
                await DeliveredAsync(database, message, time + 1);
                await Stack.Faults.CrashAsync("curation-worker", Cancel);
                await Stack.Commands.EndedAsync("curation-worker", Limit, CancellationToken.None);
                await Stack.Commands.StartAsync("curation-worker", CancellationToken.None);
            }

            var letters = await Eventually.HoldsAsync(
                "the message is among the dead letters", Limit, _ => database.StreamRangeAsync(DeadLetters), all => all.Any(l => l["original_id"] == message), static all => $"{all.Length} letters", Cancel);
            Assert.AreEqual(3, (int)letters.Single(l => l["original_id"] == message)["tries"]);
        }

        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("RED-04")]
    public async Task A_message_that_was_trimmed_before_it_was_handled_is_named_once_and_pending_no_more()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        var id = $"{DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeMilliseconds()}-1";
        var transaction = database.CreateTransaction();
        _ = transaction.StreamAddAsync(Stream, Curate(Guid.NewGuid()), messageId: id);
        _ = transaction.ExecuteAsync("XCLAIM", Stream, Group, Consumer, "0", id, "FORCE", "JUSTID");
        _ = transaction.StreamDeleteAsync(Stream, [id]);
        Assert.IsTrue(await transaction.ExecuteAsync());

        await Eventually.HoldsAsync("nothing is pending", Limit, _ => database.StreamPendingAsync(Stream, Group), static p => p.PendingMessageCount == 0, static p => $"{p.PendingMessageCount}", Cancel);
        await Eventually.HoldsAsync(
            "the log says so once",
            Limit,
            async _ => (await Stack.Logs.TailAsync("curation-worker", LogLines)).Where(l => l.Contains(id, StringComparison.Ordinal)).ToList(),
            static lines => lines.Count == 1 && lines[0].Contains("trimmed", StringComparison.Ordinal),
            static lines => string.Join(Environment.NewLine, lines),
            Cancel);
    }

    /// <summary>What no other message meets holds up no other message, and is not the message's fault.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("FLT-02")]
    public async Task A_message_that_PostgreSQL_alone_does_not_take_waits_and_holds_nobody_up()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        var letters = await database.StreamLengthAsync(DeadLetters);
        var (stuck, task) = (Guid.NewGuid(), Guid.NewGuid());
        await using (var connection = await UnpooledAsync())
        {
            await connection.OpenAsync(Cancel);
            await using var transaction = await connection.BeginTransactionAsync(Cancel);

            // Whoever inserts the same key waits until this is over.
            await using var command = new NpgsqlCommand("INSERT INTO curation_log (task_id, message_id, query, tokens, worker) VALUES ($1, 'none', 'none', 0, 'none')", connection) { Parameters = { new() { Value = stuck } } };
            await command.ExecuteNonQueryAsync(Cancel);
            var message = await database.StreamAddAsync(Stream, Curate(stuck));
            await DeliveredAsync(database, message, 2);
            await database.StreamAddAsync(Stream, Curate(task));
            await CuratedAsync(task);
            Assert.AreEqual(letters, await database.StreamLengthAsync(DeadLetters));
            await transaction.RollbackAsync(Cancel);
        }

        await CuratedAsync(stuck);
        await Stack.ReadyAsync(Cancel);
    }

    // Other tests end whatever connections there are: one of a pool may be dead.
    private async Task<NpgsqlConnection> UnpooledAsync() =>
        new(new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel)) { Pooling = false }.ConnectionString);

    private static NameValueEntry[] Curate(Guid task) => [new("type", "curate"), new("task_id", task.ToString()), new("query", "what"), new("tokens", 1)];

    private Task DeliveredAsync(IDatabase database, RedisValue message, int times)
        => Eventually.HoldsAsync(
            $"the worker is at message {message}, delivered {times} times",
            Limit,
            _ => database.StreamPendingMessagesAsync(Stream, Group, 1, RedisValue.Null, message, message),
            pending => pending.Length == 1 && pending[0].DeliveryCount == times,
            static pending => string.Join(", ", pending.Select(static p => p.DeliveryCount)),
            Cancel);

    private Task CuratedAsync(Guid task)
        => Eventually.HoldsAsync(
            $"task {task} has its row",
            Limit,
            async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM curation_log WHERE task_id = $1", token, task))!,
            static rows => rows == 1,
            static rows => $"{rows} rows",
            Cancel);
}
