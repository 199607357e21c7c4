using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Npgsql;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>The services' own limits towards PostgreSQL, seen from the server and from their connections.</summary>
[TestClass]
public sealed class PostgresLimitTests : StackTest
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected override IReadOnlyList<string> Touches => ["postgres", "rag-1"];

    /// <summary>A table that is locked: PostgreSQL is well, and the statement waits.</summary>
    [TestMethod]
    [Scenario("PG-03")]
    public async Task A_statement_of_a_service_that_waits_is_given_up_after_five_seconds()
    {
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        await using var locking = await source.OpenConnectionAsync(Cancel);
        TimeSpan gone;
        await using (var transaction = await locking.BeginTransactionAsync(Cancel))
        {
            await using (var command = new NpgsqlCommand("LOCK TABLE audit_log IN ACCESS EXCLUSIVE MODE", locking, transaction))
            {
                await command.ExecuteNonQueryAsync(Cancel);
            }

            using var rag = Stack.CreateClient("rag-1");
            var asked = rag.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"Locked {Guid.NewGuid()}" }, Cancel);
            await WaitingAsync(1);
            var began = Stopwatch.GetTimestamp();
            await WaitingAsync(0);
            gone = Stopwatch.GetElapsedTime(began);
            (await asked).Dispose();
        }

        await Stack.ReadyAsync(Cancel);
        TestContext.WriteLine($"It waited for {gone.TotalSeconds:0.0} s.");
        Assert.IsInRange(CommandTimeout - TimeSpan.FromSeconds(1), CommandTimeout + TimeSpan.FromSeconds(3), gone);

        Task<long> WaitingAsync(long count) => Eventually.HoldsAsync(
            $"{count} statements wait for the lock",
            Limit,
            async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%audit_log%' AND application_name LIKE 'rag-%'", token))!,
            waiting => waiting == count,
            static waiting => $"{waiting}",
            Cancel);
    }

    /// <summary>Who has nothing to ask keeps its connection alive all the same, so that it finds out when it is not.</summary>
    [TestMethod]
    [Scenario("PG-07")]
    public async Task A_connection_nobody_uses_is_kept_alive()
    {
        // It opens one at its start, and another only when it is asked something.
        await Stack.Commands.RestartAsync("memory-bank", Cancel);
        await Stack.ReadyAsync(Cancel);
        var process = await Stack.ProcessIdOfAsync("memory-bank", Cancel);
        var before = await SentAsync(process, Cancel);
        Assert.IsNotEmpty(before, "memory-bank has a connection to PostgreSQL.");

        await Eventually.HoldsAsync(
            "something is sent on every connection of before",
            Limit,
            token => SentAsync(process, token),
            now => before.All(one => now.GetValueOrDefault(one.Key) > one.Value),
            now => string.Join(", ", before.Select(one => $"{one.Key}: {one.Value}, then {now.GetValueOrDefault(one.Key)} bytes")),
            Cancel);
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
}
