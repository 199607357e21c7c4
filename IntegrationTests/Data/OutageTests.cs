using System.Globalization;
using System.Net;
using Npgsql;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>While a store is away or takes nothing, no message is lost or buried, and afterwards each is handled once.</summary>
[TestClass]
public sealed class OutageTests : StackTest
{
    private const string Worker = "curation-worker";
    private const string Tasks = "xnai:task_updates";
    private const string DeadLetters = "xnai:dlq:xnai:task_updates";
    private const int Queries = 5;

    // More than the tries a message has.
    private const int Restarts = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HealthLimit = TimeSpan.FromMilliseconds(200);

    protected override IReadOnlyList<string> Touches => [Worker, "rag-1", "rag-2", "memory-bank", "postgres", "redis"];

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    [Scenario("FLT-02")]
    [DataRow("read-only", Restarts)]
    [DataRow("hanging", 1)]
    [DataRow("without connections", 1)]
    [DataRow("without the table", Restarts)]
    public async Task An_outage_of_PostgreSQL_is_not_charged_to_the_messages(string outage, int restarts)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        var letters = await database.StreamLengthAsync(DeadLetters);
        var tasks = Enumerable.Range(0, Queries).Select(static _ => Guid.NewGuid()).ToList();
        var end = await BeginAsync(outage);
        try
        {
            foreach (var task in tasks)
            {
                await database.StreamAddAsync(Tasks, [new("type", "curate"), new("task_id", task.ToString()), new("query", "what"), new("tokens", 1)]);
            }

            for (var restart = 0; restart < restarts; restart++)
            {
                await HealthAsync(Worker, "/health", "degraded");
                await PendingAsync(database);
                await Stack.Faults.CrashAsync(Worker, Cancel);
                await Stack.Commands.EndedAsync(Worker, Limit, Cancel);
                await Stack.Commands.StartAsync(Worker, Cancel);
            }

            await HealthAsync(Worker, "/health", "degraded");
            Assert.AreEqual(letters, await database.StreamLengthAsync(DeadLetters), $"PostgreSQL is {outage}.");
        }
        finally
        {
            await end();
            await Stack.Commands.HealthyAsync(Worker, Limit, CancellationToken.None);
        }

        foreach (var task in tasks)
        {
            await RowsAsync("SELECT count(*) FROM curation_log WHERE task_id = $1", task, 1);
        }

        Assert.AreEqual(letters, await database.StreamLengthAsync(DeadLetters), "No message is a dead letter.");
        await Stack.ReadyAsync(Cancel);
    }

    /// <summary>As a server does whose volume was lost.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("FLT-02")]
    public async Task A_PostgreSQL_that_comes_back_empty_is_migrated_again_and_gets_every_row()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var letters = await redis.GetDatabase().StreamLengthAsync(DeadLetters);
        var request = $"empty-{Guid.NewGuid():n}";
        await ConfigureAsync("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");

        // This one's row may be on the stream only; its task is there all the same.
        Assert.AreEqual(HttpStatusCode.OK, await AskAsync($"{request}-first", Cancel));
        await EventuallyRowsAsync("curation_log", $"{request}-first");
        await Eventually.HoldsAsync(
            "the memory bank keeps memories again",
            Limit,
            async token =>
            {
                using var agent = new MemoryAgent(Stack);
                using var answer = await agent.CallAsync("tools/call", new { name = "register_agent", arguments = new { agent_id = agent.Name, capabilities = Array.Empty<string>(), memory_limit_gb = 1 } }, token);
                return answer.RootElement.GetRawText();
            },
            static answer => answer.Contains("success", StringComparison.Ordinal),
            static answer => answer,
            Cancel);
        await Stack.ReadyAsync(Cancel);
        Assert.AreEqual(HttpStatusCode.OK, await AskAsync($"{request}-second", Cancel));
        await RowsAsync("SELECT count(*) FROM audit_log WHERE request_id = $1", $"{request}-second", 1);
        Assert.AreEqual(letters, await redis.GetDatabase().StreamLengthAsync(DeadLetters), "No message is a dead letter.");
    }

    // The table may not be there yet.
    private Task EventuallyRowsAsync(string table, string request)
        => Eventually.HoldsAsync(
            $"{table} has a row of {request}",
            Limit,
            async token => await Stack.ScalarAsync("SELECT to_regclass($1)::text", token, table) is not null
                && await Stack.ScalarAsync($"SELECT 1 FROM {table} WHERE request_id = $1", token, request) is not null,
            static has => has,
            static _ => "none",
            Cancel);

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("FLT-02")]
    public async Task What_a_full_Redis_does_not_take_is_handled_once_when_there_is_room()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var letters = await redis.GetDatabase().StreamLengthAsync(DeadLetters);
        var request = $"full-{Guid.NewGuid():n}";
        using var agent = new MemoryAgent(Stack);
        await agent.RegisterAsync(Cancel);
        await using (await FullRedis.BeginAsync(Stack, Cancel))
        {
            await Parallel.ForAsync(0, Queries, Cancel, async (i, token) => Assert.AreEqual(HttpStatusCode.OK, await AskAsync($"{request}-{i}", token)));
            await agent.UpdateAsync(Cancel);
            await HealthAsync("rag-1", "/xnai/api/v1/health", "degraded");
            await HealthAsync(Worker, "/health", "degraded");
        }

        await RowsAsync("SELECT count(*) FROM curation_log WHERE request_id LIKE $1", $"{request}-%", Queries);
        await RowsAsync("SELECT count(*) FROM audit_log WHERE request_id LIKE $1", $"{request}-%", Queries);
        await RowsAsync("SELECT count(*) FROM memory_sync WHERE agent_id = $1", agent.Name, 1);
        await RowsAsync("SELECT count(*) FROM stream_outbox WHERE id > $1", 0L, 0);
        Assert.AreEqual(letters, await redis.GetDatabase().StreamLengthAsync(DeadLetters), "No message is a dead letter.");
        await Stack.ReadyAsync(Cancel);
    }

    /// <summary>One store is enough to write a query down. An answer that nobody has written down is not given.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("RED-05")]
    public async Task A_query_that_neither_store_can_write_down_is_refused()
    {
        var request = $"unwritten-{Guid.NewGuid():n}";
        var end = await BeginAsync("read-only");
        try
        {
            Assert.AreEqual(HttpStatusCode.OK, await AskAsync($"{request}-stream", Cancel), "Redis takes it.");
            await using (await FullRedis.BeginAsync(Stack, Cancel))
            {
                Assert.AreEqual(HttpStatusCode.ServiceUnavailable, await AskAsync($"{request}-neither", Cancel), "Nobody takes it.");
            }
        }
        finally
        {
            await end();
        }

        await Stack.ReadyAsync(Cancel);
        Assert.AreEqual(HttpStatusCode.OK, await AskAsync($"{request}-both", Cancel));
        await RowsAsync("SELECT count(*) FROM audit_log WHERE request_id = $1", $"{request}-both", 1);
        await RowsAsync("SELECT count(*) FROM curation_log WHERE request_id = $1", $"{request}-stream", 1);
        Assert.AreEqual(0L, await Stack.ScalarAsync("SELECT count(*) FROM audit_log WHERE request_id = $1", Cancel, $"{request}-neither"));
    }

    private static async Task<HttpStatusCode> AskAsync(string request, CancellationToken cancellationToken)
    {
        using var response = await Stack.Gateway.AskAsync(request, cancellationToken);
        return response.StatusCode;
    }

    // What ends it is given back.
    private async Task<Func<Task>> BeginAsync(string outage)
    {
        switch (outage)
        {
            case "read-only":
                await ConfigureAsync("ALTER SYSTEM SET default_transaction_read_only = on");
                return () => ConfigureAsync("SET default_transaction_read_only = off", "ALTER SYSTEM RESET default_transaction_read_only");
            case "hanging":
                await SignalAsync("STOP");
                return () => SignalAsync("CONT");
            case "without the table":
                await ConfigureAsync("ALTER TABLE curation_log RENAME TO curation_log_away");
                return () => ConfigureAsync("ALTER TABLE curation_log_away RENAME TO curation_log");
            default:
                var full = await FullPostgres.BeginAsync(Stack, "curation-worker%", Cancel);
                return async () => await full.DisposeAsync();
        }
    }

    private static async Task SignalAsync(string signal)
    {
        // The processes of all sessions, as a host that is frozen would have it.
        var process = await Stack.ProcessIdOfAsync("postgres", CancellationToken.None);
        await Stack.Podman.RunAsync(["unshare", "sh", "-c", $"kill -{signal} {process} $(cat /proc/{process}/task/{process}/children)"], CancellationToken.None);
    }

    private static async Task ConfigureAsync(params string[] statements)
    {
        var settings = new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(CancellationToken.None)) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        foreach (var statement in statements.Append("SELECT pg_reload_conf()"))
        {
#pragma warning disable CA2100 // This class's own statements.
            await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private Task PendingAsync(IDatabase database)
        => Eventually.HoldsAsync(
            "the worker has taken the tasks from the stream, or waits with that",
            Limit,
            async _ => (await database.StreamGroupInfoAsync(Tasks)).Single(static g => g.Name == "agent_wavefront"),
            static group => group.PendingMessageCount + (group.Lag ?? 0) >= Queries,
            static group => $"{group.PendingMessageCount} pending, {group.Lag} unread",
            Cancel);

    private async Task HealthAsync(string resource, string path, string status)
    {
        using var client = Stack.CreateClient(resource);
        var took = TimeSpan.MaxValue;
        await Eventually.HoldsAsync(
            $"{resource} says {status} within {HealthLimit.TotalMilliseconds} ms",
            Limit,
            async token =>
            {
                var started = System.Diagnostics.Stopwatch.GetTimestamp();
                var health = await client.GetStringAsync(path, token);
                took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
                return health;
            },
            health => health.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal) && took < HealthLimit,
            health => string.Create(CultureInfo.InvariantCulture, $"{health} after {took.TotalMilliseconds:0} ms"),
            Cancel);
    }

    private Task RowsAsync(string query, object value, long expected)
        => Eventually.HoldsAsync(
            $"{query} with {value} gives {expected}",
            Limit,
            async token => (long)(await Stack.ScalarAsync(query, token, value))!,
            rows => rows == expected,
            static rows => $"{rows} rows",
            Cancel);
}
