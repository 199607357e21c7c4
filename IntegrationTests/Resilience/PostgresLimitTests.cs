using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using XoeNovAi.IntegrationTests.Data;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>The services' own limits towards PostgreSQL, seen from the server and from their connections.</summary>
[TestClass]
public sealed class PostgresLimitTests : StackTest
{
    private const string LockTimeout = "canceling statement due to lock timeout";
    private const string StatementTimeout = "canceling statement due to statement timeout";

    // Fewer than the pool has connections, of which the service keeps one to ask whether PostgreSQL is there.
    private const int AtOnce = 3;
    private const int Pool = 5;
    private const int Tries = 3;
    private const int LogTail = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Half as long again as the contract has it; too short for the outbox to come to each of them.
    private static readonly TimeSpan KeptAlive = TimeSpan.FromSeconds(15);

    // Which limit ended it, the server says; how long it took also has to do with the machine.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    protected override IReadOnlyList<string> Touches => ["postgres", "rag-1", "curation-worker"];

    /// <summary>A table that is locked: PostgreSQL is well, and the statement waits.</summary>
    [TestMethod]
    [Scenario("PG-03")]
    public async Task A_statement_of_a_service_that_waits_for_a_lock_is_ended_by_the_server_and_the_query_answered()
    {
        await Stack.ReadyAsync(Cancel);
        using var rag = Stack.CreateClient("rag-1");
        var request = $"locked-{Guid.NewGuid():n}";
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        await using var locking = await source.OpenConnectionAsync(Cancel);
        var (before, connections) = (await ComplaintsAsync(LockTimeout), string.Empty);

        // The pool has its connections then: one that is opened while others wait already may find them given up.
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async i => (await rag.AskAsync($"warm-{request}-{i}", Cancel)).Dispose()));
        TimeSpan gone;
        await using (await LockAsync(locking, "audit_log"))
        {
            var asked = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => rag.AskAsync($"{request}-{i}", Cancel)));
            connections = await WaitingAsync(AtOnce);
            var began = Stopwatch.GetTimestamp();
            await WaitingAsync(0);
            gone = Stopwatch.GetElapsedTime(began);
            foreach (var answer in await asked)
            {
                Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, "Redis takes what is to be written down.");
                answer.Dispose();
            }
        }

        TestContext.WriteLine($"They waited for {gone.TotalSeconds:0.0} s.");
        Assert.IsInRange(ServiceLimits.Lock - TimeSpan.FromSeconds(1), ServiceLimits.Lock + Slack, gone);
        await SaidAsync(LockTimeout, before + AtOnce);
        Assert.AreEqual(AtOnce, (await Stack.Logs.TailAsync("rag-1", LogTail)).Count(l => l.Contains("is not written to audit_log: 55P03", StringComparison.Ordinal) && l.Contains("lock timeout", StringComparison.Ordinal)), "The service says why.");

        // What waited holds nothing any more. The pool may have closed a connection since, as it does with those it has too many of.
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async i => (await rag.AskAsync($"{request}-after-{i}", Cancel)).Dispose()));
        Assert.AreEqual((long)AtOnce, await Stack.ScalarAsync("SELECT count(*) FROM audit_log WHERE request_id LIKE $1", Cancel, $"{request}-after-%"));
        await RowsAsync("SELECT count(*) FROM pg_stat_activity WHERE pid::text = ANY(string_to_array($1, ', ')) AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Lock')", connections, 0);
        await RowsAsync("SELECT count(*) FROM curation_log WHERE request_id LIKE $1", $"{request}-%", 2 * AtOnce);
        await Stack.ReadyAsync(Cancel);
    }

    /// <summary>A message whose row finds its table locked is nobody's fault, however often it is tried.</summary>
    [TestMethod]
    [Scenario("PG-03")]
    [Scenario("FLT-02")]
    public async Task A_task_that_waits_for_a_lock_again_and_again_is_no_dead_letter()
    {
        await Stack.ReadyAsync(Cancel);
        await using var redis = await RedisConnections.OpenAsync(Stack, Cancel);
        var (letters, before, request) = (await redis.DeadLettersAsync(), await ComplaintsAsync(LockTimeout), $"locked-{Guid.NewGuid():n}");
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        await using var locking = await source.OpenConnectionAsync(Cancel);
        await using (await LockAsync(locking, "curation_log"))
        {
            using var answer = await Stack.Gateway.AskAsync(request, Cancel);
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
            await SaidAsync(LockTimeout, before + Tries + 1);
        }

        await RowsAsync("SELECT count(*) FROM curation_log WHERE request_id = $1", request, 1);
        Assert.AreEqual(letters, await redis.DeadLettersAsync(), "No message is a dead letter.");
        await Stack.ReadyAsync(Cancel);
    }

    /// <summary>A row that takes its time, with nobody in its way.</summary>
    [TestMethod]
    [Scenario("PG-03")]
    public async Task A_statement_of_a_service_that_takes_too_long_is_ended_by_the_server()
    {
        await Stack.ReadyAsync(Cancel);
        using var rag = Stack.CreateClient("rag-1");
        var request = $"slow-{Guid.NewGuid():n}";
        var before = await ComplaintsAsync(StatementTimeout);
        await ExecuteAsync($"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$; CREATE TRIGGER slow BEFORE INSERT ON audit_log FOR EACH ROW WHEN (NEW.request_id = '{request}') EXECUTE FUNCTION slow()");
        try
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await rag.AskAsync(request, Cancel);
            var took = Stopwatch.GetElapsedTime(began);
            TestContext.WriteLine($"It was answered after {took.TotalSeconds:0.0} s.");
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, "Redis takes what is to be written down.");
            Assert.IsInRange(ServiceLimits.Statement - TimeSpan.FromSeconds(1), ServiceLimits.Statement + Slack, took);
            await SaidAsync(StatementTimeout, before + 1);
            Assert.AreEqual(0L, await Stack.ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND application_name LIKE 'rag-%' AND wait_event = 'PgSleep'", Cancel), "Nothing of it goes on.");
        }
        finally
        {
            await ExecuteAsync("DROP FUNCTION slow() CASCADE");
        }

        await RowsAsync("SELECT count(*) FROM curation_log WHERE request_id = $1", request, 1);
        await Stack.ReadyAsync(Cancel);
    }

    /// <summary>Connections that nobody uses are kept alive all the same, so that the service finds out when they are not.</summary>
    [TestMethod]
    [Scenario("PG-07")]
    public async Task A_connection_nobody_uses_is_kept_alive()
    {
        // Without Consul nobody asks for its health. What is left is the outbox, every five seconds, on one connection of all those that the rush has opened.
        await using var idle = await ExtraInstance.StartAsync(Stack, "rag-1", new Dictionary<string, string> { ["Discovery__Instance"] = "idle", ["ConnectionStrings__consul"] = string.Empty }, Cancel);
        using var rag = new HttpClient { BaseAddress = new($"http://{idle.Settings["Discovery__Addresses__host"]}") };
        await Eventually.HoldsAsync("it answers a query", Limit, token => AnswerAsync(rag, token), static answer => answer == "OK", static answer => answer, Cancel);
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        await using var locking = await source.OpenConnectionAsync(Cancel);
        Task<string[]> asked;
        await using (await LockAsync(locking, "audit_log"))
        {
            asked = Task.WhenAll(Enumerable.Range(0, Pool).Select(_ => AnswerAsync(rag, Cancel)));
            await WaitingAsync(Pool, "rag-idle");
        }

        CollectionAssert.AreEqual(Enumerable.Repeat("OK", Pool).ToArray(), await asked);
        var before = await SentAsync(idle.ProcessId, Cancel);
        Assert.HasCount(Pool, before, "All connections of the pool are open.");

        await Eventually.HoldsAsync(
            "something is sent on every connection of before",
            KeptAlive,
            token => SentAsync(idle.ProcessId, token),
            now => before.All(one => now.GetValueOrDefault(one.Key) > one.Value),
            now => string.Join(", ", before.Select(one => $"{one.Key}: {one.Value}, then {now.GetValueOrDefault(one.Key)} bytes")),
            Cancel);
    }

    private static async Task<string> AnswerAsync(HttpClient rag, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await rag.AskAsync($"idle-{Guid.NewGuid():n}", cancellationToken);
            return $"{answer.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
    }

    // Bytes sent, by the connection's own port.
    private static async Task<IReadOnlyDictionary<string, long>> SentAsync(int process, CancellationToken cancellationToken)
    {
        var lines = (await new NamespaceShell(Stack.Podman).RunAsync($"nsenter -t {process} -n ss -tniOH state established '( dport = 5432 )'", cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(
            static words => words[2],
            static words => long.Parse(words.FirstOrDefault(static w => w.StartsWith("bytes_sent:", StringComparison.Ordinal))?["bytes_sent:".Length..] ?? "0", CultureInfo.InvariantCulture),
            StringComparer.Ordinal);
    }

    // Ended with its transaction.
    private async Task<NpgsqlTransaction> LockAsync(NpgsqlConnection connection, string table)
    {
        var transaction = await connection.BeginTransactionAsync(Cancel);
#pragma warning disable CA2100 // This class's own tables.
        await using var command = new NpgsqlCommand($"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", connection, transaction);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancel);
        return transaction;
    }

    /// <returns>The processes of the server that wait for rag's lock.</returns>
    private Task<string> WaitingAsync(int count, string service = "rag-1") => Eventually.HoldsAsync(
        $"{count} statements wait for the lock",
        Limit,
        async token => (string)(await Stack.ScalarAsync("SELECT coalesce(string_agg(pid::text, ', '), '') FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%audit_log%' AND application_name = $1", token, service))!,
        waiting => waiting.Split(", ", StringSplitOptions.RemoveEmptyEntries).Length == count,
        static waiting => waiting,
        Cancel);

    private static async Task<int> ComplaintsAsync(string complaint) => (await Stack.Logs.TailAsync("postgres", int.MaxValue)).Count(l => l.Contains(complaint, StringComparison.Ordinal));

    private Task SaidAsync(string complaint, int times)
        => Eventually.HoldsAsync($"the server has said '{complaint}' {times} times", Limit, _ => ComplaintsAsync(complaint), now => now >= times, static now => $"{now}", Cancel);

    private async Task ExecuteAsync(string statements)
    {
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        await using var command = source.CreateCommand(statements);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private Task RowsAsync(string query, string value, long expected)
        => Eventually.HoldsAsync($"{query} with {value} gives {expected}", Limit, async token => (long)(await Stack.ScalarAsync(query, token, value))!, rows => rows == expected, static rows => $"{rows}", Cancel);
}
