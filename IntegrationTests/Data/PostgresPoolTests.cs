using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The pool of the contract (1 to 5 connections), in the services and with their settings here.</summary>
[TestClass]
public sealed class PostgresPoolTests : StackTest
{
    private const int Most = 5;
    private const int Callers = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    protected override IReadOnlyList<string> Touches => ["postgres", "rag-1", "rag-2"];

    [TestMethod]
    [Scenario("PG-01")]
    public async Task A_service_never_has_more_than_five_connections_however_many_ask()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var counting = CountAsync("rag-1", stop.Token);
        using var rag = Stack.CreateClient("rag-1");
        await Parallel.ForAsync(0, 20 * Callers, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancel }, async (i, token) =>
        {
            using var response = await rag.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"Load {i}" }, token);
            response.EnsureSuccessStatusCode();
        });
        await stop.CancelAsync();
        var counts = await counting;

        TestContext.WriteLine($"Connections of rag-1, {counts.Count} times counted: {Show(counts)}");
        Assert.IsLessThanOrEqualTo(Most, counts.Max(), Show(counts));
        Assert.IsGreaterThan(1, counts.Max(), "the load is enough to need more than one");
    }

    [TestMethod]
    [Scenario("PG-01")]
    public async Task The_pool_is_used_to_its_maximum_and_connections_are_used_again()
    {
        await using var pool = await PoolAsync("pg-01-reuse");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var counting = CountAsync("pg-01-reuse", stop.Token);
        var backends = new ConcurrentDictionary<int, int>();
        await Parallel.ForAsync(0, 10 * Callers, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancel }, async (_, token) =>
        {
            await using var command = pool.CreateCommand("SELECT pg_backend_pid() FROM pg_sleep(0.02)");
            backends.AddOrUpdate((int)(await command.ExecuteScalarAsync(token))!, 1, static (_, uses) => uses + 1);
        });
        await stop.CancelAsync();
        var counts = await counting;

        TestContext.WriteLine($"Connections, {counts.Count} times counted: {Show(counts)}; commands per connection: {string.Join(", ", backends.Values)}");
        Assert.AreEqual(Most, counts.Max(), Show(counts));
        Assert.HasCount(Most, backends);
        Assert.AreEqual(10 * Callers, backends.Values.Sum());
    }

    [TestMethod]
    [Scenario("PG-01")]
    public async Task Who_waits_longer_than_the_timeout_is_told_and_the_pool_goes_on()
    {
        await using var pool = await PoolAsync("pg-01-wait", static settings => settings.Timeout = 1);
        var held = await HoldAsync(pool);
        var started = Stopwatch.GetTimestamp();
        var refused = await Assert.ThrowsExactlyAsync<NpgsqlException>(async () => await (await pool.OpenConnectionAsync(Cancel)).DisposeAsync());
        var waited = Stopwatch.GetElapsedTime(started);

        Assert.Contains("pool", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.IsInRange(TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(3), waited);

        // Who waits less gets the connection that is given back.
        var waiting = pool.OpenConnectionAsync(Cancel).AsTask();
        Assert.IsFalse(waiting.IsCompleted, "there is no connection left");
        await held[0].DisposeAsync();
        await using (var sixth = await waiting.WaitAsync(Limit, Cancel))
        {
            await using var command = new NpgsqlCommand("SELECT 1", sixth);
            Assert.AreEqual(1, await command.ExecuteScalarAsync(Cancel));
        }

        foreach (var connection in held)
        {
            await connection.DisposeAsync();
        }
    }

    [TestMethod]
    [Scenario("PG-01")]
    public async Task Idle_connections_are_closed_down_to_the_minimum()
    {
        await using var pool = await PoolAsync("pg-01-prune", static settings =>
        {
            settings.ConnectionIdleLifetime = 1;
            settings.ConnectionPruningInterval = 1;
        });
        foreach (var connection in await HoldAsync(pool))
        {
            await connection.DisposeAsync();
        }

        Assert.AreEqual(Most, await CountOnceAsync("pg-01-prune"), "all were opened");
        await Eventually.HoldsAsync("one connection is left", Limit, _ => CountOnceAsync("pg-01-prune"), static count => count == 1, static count => $"{count}", Cancel);
    }

    [TestMethod]
    [Scenario("PG-01")]
    public async Task Nothing_leaks_after_errors_and_cancellations()
    {
        await using var pool = await PoolAsync("pg-01-leak");
        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Most).Select(i => i % 2 == 0 ? FailAsync(pool) : GiveUpAsync(pool)));
        }

        // All five can be had at once, and work: none was lost, none is left in the middle of something.
        var held = await HoldAsync(pool);
        foreach (var connection in held)
        {
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            Assert.AreEqual(1, await command.ExecuteScalarAsync(Cancel));
        }

        Assert.AreEqual(Most, await CountOnceAsync("pg-01-leak"));
        foreach (var connection in held)
        {
            await connection.DisposeAsync();
        }

        await Eventually.HoldsAsync("no backend is busy", Limit, _ => CountOnceAsync("pg-01-leak", "state <> 'idle'"), static busy => busy == 0, static busy => $"{busy} busy", Cancel);
    }

    private static string Show(IReadOnlyList<int> counts) => string.Join(", ", counts.CountBy(static c => c).OrderBy(static c => c.Key).Select(static c => $"{c.Key} connections {c.Value}×"));

    private async Task<NpgsqlDataSource> PoolAsync(string name, Action<NpgsqlConnectionStringBuilder>? change = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel))
        {
            ApplicationName = name,
            MinPoolSize = 1,
            MaxPoolSize = Most,
            Timeout = 5,
            CommandTimeout = 5,
            ConnectionLifetime = 3600,
            KeepAlive = 10,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        change?.Invoke(settings);
        return NpgsqlDataSource.Create(settings);
    }

    private async Task<List<NpgsqlConnection>> HoldAsync(NpgsqlDataSource pool)
    {
        var held = new List<NpgsqlConnection>();
        while (held.Count < Most)
        {
            held.Add(await pool.OpenConnectionAsync(Cancel));
        }

        return held;
    }

    private async Task FailAsync(NpgsqlDataSource pool)
    {
        await using var command = pool.CreateCommand("SELECT 1 / 0");
        await Assert.ThrowsExactlyAsync<PostgresException>(async () => await command.ExecuteScalarAsync(Cancel));
    }

    private static async Task GiveUpAsync(NpgsqlDataSource pool)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await using var command = pool.CreateCommand("SELECT pg_sleep(30)");
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await command.ExecuteScalarAsync(patience.Token));
    }

    // Counted by the server, on a connection that is none of the pool.
    private async Task<int> CountOnceAsync(string application, string condition = "true")
    {
        await using var counter = await CounterAsync();
        return await CountAsync(counter, application, condition, Cancel);
    }

    private async Task<List<int>> CountAsync(string application, CancellationToken cancellationToken)
    {
        await using var counter = await CounterAsync();
        var counts = new List<int>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        do
        {
            counts.Add(await CountAsync(counter, application, "true", CancellationToken.None));
        }
        while (!cancellationToken.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
        return counts;
    }

    private static async Task<int> CountAsync(NpgsqlConnection counter, string application, string condition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*)::int FROM pg_stat_activity WHERE application_name = $1 AND {condition}", counter);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = application });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<NpgsqlConnection> CounterAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel)) { ApplicationName = "pg-01-counter", Pooling = false, GssEncryptionMode = GssEncryptionMode.Disable };
        var counter = new NpgsqlConnection(settings.ConnectionString);
        await counter.OpenAsync(Cancel);
        return counter;
    }
}
