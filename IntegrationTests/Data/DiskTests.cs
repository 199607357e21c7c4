using System.Collections.Concurrent;
using Npgsql;
using XoeNovAi.IntegrationTests.Harness.Faults;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>
/// The disk of a store is full, or read-only, in a stack of the tests' own with small disks. A disk that is in use is made read-only by
/// the kernel alone, when it fails; nobody else can do that while files are open for writing. So here it is so when the store comes back
/// after a crash, as one finds it after a failure.
/// </summary>
[TestClass]
public sealed class DiskTests
{
    private const int PostgresMegabytes = 192;
    private const int RedisMegabytes = 24;
    private const int PerSecond = 10;
    private const int LooksInARow = 60;
    private const int Around = 20;
    private const int LogTail = 3000;
    private const string Worker = "curation-worker";
    private const string RagHealth = "/xnai/api/v1/health";
    private static readonly string[] Services = ["rag-1", "rag-2", Worker];
    private static readonly string[] Arguments =
        ["--Stack:Run=none", "--Stack:Services:gateway:Run=container", "--Stack:Services:rag:Run=container", "--Stack:Services:curation-worker:Run=container"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static OwnStack? _stack;
    private static SmallDisk? _postgres;
    private static SmallDisk? _redis;
    private readonly ConcurrentBag<string> _acknowledged = [];

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    private static OwnStack Stack => _stack ?? throw new InvalidOperationException("The stack has not been started.");

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _postgres = await SmallDisk.MakeAsync(SharedStack.Current.Podman, PostgresMegabytes, context.CancellationToken);
        _redis = await SmallDisk.MakeAsync(SharedStack.Current.Podman, RedisMegabytes, context.CancellationToken);
        _stack = await OwnStack.StartAsync(
            Arguments,
            static builder =>
            {
                _postgres.GiveTo(builder, "postgres");
                _redis.GiveTo(builder, "redis");
            },
            context.CancellationToken);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        foreach (var one in (IAsyncDisposable?[])[_stack, _postgres, _redis])
        {
            if (one is not null)
            {
                await one.DisposeAsync();
            }
        }

        (_stack, _postgres, _redis) = (null, null, null);
    }

    /// <param name="store">Whose disk.</param>
    [TestMethod]
    [Scenario("CHAOS-05")]
    [Scenario("FLT-02")]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("postgres", ArgumentsDisplayName = "PostgreSQL's disk is full")]
    [DataRow("redis", ArgumentsDisplayName = "Redis' disk is full")]
    public async Task While_a_disk_is_full_queries_are_answered_and_what_was_acknowledged_is_done_when_there_is_room(string store)
    {
        await WellAsync();
        var (processes, prefix) = (await ProcessesAsync("postgres", "redis"), $"full-{store}-{Guid.NewGuid():n}-");
        IReadOnlyList<Sent> history;
        await using (var traffic = StartTraffic(prefix))
        {
            await traffic.AnsweredAsync(Around, Limit, Cancel);
            await DiskOf(store).FillAsync(Cancel);
            try
            {
                await DegradedAsync(store);
                await NamedAsync("rag-1", "No space left on device");

                // Redis tells its clients the rest.
                await NamedAsync(store, store == "postgres" ? "No space left on device" : "Short write while writing to the AOF file");
                await traffic.AnsweredAsync(Around, Limit, Cancel);
            }
            finally
            {
                await DiskOf(store).FreeAsync();
            }

            await WellAsync();
            await traffic.AnsweredAsync(Around, Limit, Cancel);
            history = await traffic.StopAsync();
        }

        await JudgeAsync(history, prefix);
        Assert.AreEqual(processes, await ProcessesAsync("postgres", "redis"), "Nothing was restarted.");
        await IsSoundAsync(store, prefix);
    }

    /// <param name="store">Whose disk.</param>
    [TestMethod]
    [Scenario("CHAOS-05")]
    [Scenario("FLT-02")]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("postgres", ArgumentsDisplayName = "PostgreSQL's disk is read-only")]
    [DataRow("redis", ArgumentsDisplayName = "Redis' disk is read-only")]
    public async Task A_store_that_finds_its_disk_read_only_says_so_and_has_all_that_was_acknowledged_when_it_is_not(string store)
    {
        await WellAsync();
        var (processes, prefix) = (await ProcessesAsync(), $"readonly-{store}-{Guid.NewGuid():n}-");
        IReadOnlyList<Sent> history;
        await using (var traffic = StartTraffic(prefix))
        {
            await traffic.AnsweredAsync(Around, Limit, Cancel);
            await Stack.KillAsync(store, Cancel);
            await Stack.Commands.EndedAsync(store, Limit, Cancel);
            await DiskOf(store).RemountAsync("ro", Cancel);
            try
            {
                await Stack.StartAgainAsync(store, Cancel);
                await NamedAsync(store, "Read-only file system");
                await Stack.Commands.EndedAsync(store, Limit, Cancel);
                await DegradedAsync(store);
                await traffic.AnsweredAsync(Around, Limit, Cancel);
            }
            finally
            {
                await DiskOf(store).RemountAsync("rw", CancellationToken.None);
            }

            await Stack.Commands.StartAsync(store, Cancel);
            await WellAsync();
            await traffic.AnsweredAsync(Around, Limit, Cancel);
            history = await traffic.StopAsync();
        }

        await JudgeAsync(history, prefix);
        Assert.AreEqual(processes, await ProcessesAsync(), "No service was restarted.");
        await IsSoundAsync(store, prefix);
    }

    private static SmallDisk DiskOf(string store) => (store == "postgres" ? _postgres : _redis)!;

    // Long texts of their own, so that rows need new pages soon.
    private OpenTraffic StartTraffic(string prefix) => OpenTraffic.Start(Cancel, new TrafficKind("query", PerSecond, (number, token) => AskAsync($"{prefix}{number}", token)));

    private async Task<(string Instance, string Outcome)> AskAsync(string request, CancellationToken cancellationToken)
    {
        using var gateway = Stack.Application.CreateHttpClient("gateway", "http");
        var query = string.Concat(Enumerable.Range(0, 50).Select(static _ => $"{Guid.NewGuid():n} "));
        using var response = await gateway.AskAsync(request, new { query }, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return (string.Empty, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        _acknowledged.Add(request);
        return (string.Empty, Sent.Ok);
    }

    private async Task WellAsync()
    {
        foreach (var rag in (string[])["rag-1", "rag-2"])
        {
            await SaysAsync(rag, RagHealth, static h => h.Contains("\"health_redis\":true", StringComparison.Ordinal) && h.Contains("\"status\":\"connected\"", StringComparison.Ordinal));
        }

        await SaysAsync(Worker, "/health", static h => h.Contains("healthy", StringComparison.Ordinal));
    }

    private async Task DegradedAsync(string store)
    {
        var sign = store == "postgres" ? "\"status\":\"disconnected\"" : "\"health_redis\":false";
        foreach (var rag in (string[])["rag-1", "rag-2"])
        {
            await SaysAsync(rag, RagHealth, h => h.Contains(sign, StringComparison.Ordinal) && h.Contains("\"status\":\"degraded\"", StringComparison.Ordinal));
        }

        await SaysAsync(Worker, "/health", static h => h.Contains("degraded", StringComparison.Ordinal));
    }

    private async Task SaysAsync(string resource, string path, Func<string, bool> awaited)
    {
        using var client = Stack.Application.CreateHttpClient(resource, "http");
        var inARow = 0;

        // A store that is slow for a moment may be taken for one that is away.
        await Eventually.HoldsAsync(
            $"{resource} stays as it should be", Limit, token => client.GetStringAsync(path, token), health => (inARow = awaited(health) ? inARow + 1 : 0) >= LooksInARow, static health => health, Cancel);
    }

    private Task NamedAsync(string resource, string cause)
        => Eventually.HoldsAsync($"{resource} says '{cause}'", Limit, token => Stack.WrittenByAsync(resource, token), log => log.Contains(cause, StringComparison.Ordinal), static log => log[^Math.Min(log.Length, LogTail)..], Cancel);

    private async Task<string> ProcessesAsync(params IEnumerable<string> besides)
        => string.Join(", ", await Task.WhenAll(Services.Concat(besides).Select(async s => $"{s} {await Stack.ProcessIdOfAsync(s, Cancel)}")));

    private async Task JudgeAsync(IReadOnlyList<Sent> history, string prefix)
    {
        TestContext.WriteLine($"{history.Count} queries, {_acknowledged.Count} acknowledged: {new Distribution(history.Select(static s => s.Took))}");
        var failed = history.Where(static s => !s.IsOk).ToList();
        Assert.IsEmpty(failed, string.Join("; ", failed.Take(Around)));
        await using var database = await DatabaseAsync();
        await Eventually.HoldsAsync(
            "each acknowledged query is curated once, and nothing waits",
            Limit,
            async token => (Rows: await CountAsync(database, "SELECT count(*) FROM curation_log WHERE request_id LIKE $1", prefix, token), Requests: await CountAsync(database, "SELECT count(DISTINCT request_id) FROM curation_log WHERE request_id LIKE $1", prefix, token), Left: await CountAsync(database, "SELECT count(*) FROM stream_outbox WHERE $1 IS NOT NULL", prefix, token)),
            seen => seen.Rows == _acknowledged.Count && seen.Requests == seen.Rows && seen.Left == 0,
            seen => $"{seen} of {_acknowledged.Count}",
            Cancel);
        await using var redis = await RedisConnections.OpenAsync(Stack.Application, Cancel);
        Assert.AreEqual(0, await redis.DeadLettersAsync(), "No message is a dead letter.");
    }

    // What it holds it holds whole: PostgreSQL's pages and indexes by its own check, Redis' file by what it reads of it at a start.
    private async Task IsSoundAsync(string store, string prefix)
    {
        if (store == "postgres")
        {
            await using var database = await DatabaseAsync();
            await CountAsync(database, "CREATE EXTENSION IF NOT EXISTS amcheck", null, Cancel);
            Assert.AreEqual(0L, await CountAsync(database, "SELECT count(*) FROM pg_class c, LATERAL verify_heapam(c.oid) WHERE c.relkind = 'r' AND c.relpersistence = 'p'", null, Cancel));
            Assert.IsGreaterThan(0L, await CountAsync(database, "SELECT count(bt_index_check(c.oid, true)::text) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND c.relpersistence = 'p'", null, Cancel));
            return;
        }

        string[] before;
        await using (var redis = await RedisConnections.OpenAsync(Stack.Application, Cancel))
        {
            before = await redis.RequestsOfAsync("xnai_audit_trail", prefix);
        }

        Assert.IsNotEmpty(before);
        await Stack.KillAsync(store, Cancel);
        await Stack.Commands.EndedAsync(store, Limit, Cancel);
        await Stack.StartAgainAsync(store, Cancel);
        await NamedAsync(store, "DB loaded from append only file");
        await WellAsync();
        await using var again = await RedisConnections.OpenAsync(Stack.Application, Cancel);
        CollectionAssert.AreEqual(before, await again.RequestsOfAsync("xnai_audit_trail", prefix));
    }

    private async Task<NpgsqlDataSource> DatabaseAsync() => NpgsqlDataSource.Create(await Stack.Application.SuperuserOfXnaiAsync(Cancel));

    private static async Task<long> CountAsync(NpgsqlDataSource source, string query, string? prefix, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(query);
        if (prefix is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{prefix}%" });
        }

        return await command.ExecuteScalarAsync(cancellationToken) as long? ?? 0;
    }
}
