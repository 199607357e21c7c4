using System.Net;
using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>What the services' pools keep does not outlive the server, and costs nothing when the server is back.</summary>
[TestClass]
public sealed class PostgresRestartTests : StackTest
{
    private const int Queries = 40;
    private const int Callers = 10;
    private const string Pools = "SELECT coalesce(string_agg(application_name || ' ' || pid, ', ' ORDER BY pid), '') FROM pg_stat_activity WHERE application_name IN ('rag-1', 'rag-2')";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected override IReadOnlyList<string> Touches => ["postgres", "rag-1", "rag-2", "curation-worker"];

    [TestMethod]
    [Scenario("PG-05")]
    [DataRow("shutdown", 10, ArgumentsDisplayName = "connections ended as by a shutdown")]
    [DataRow("crash", 1, ArgumentsDisplayName = "the server crashed and recovered")]
    public async Task After_a_restart_every_accepted_query_is_audited(string restart, int times)
    {
        // What is handed out while several clear the pool at once is a matter of luck.
        for (var time = 0; time < times; time++)
        {
            await RestartAsync(restart);
        }

        await Stack.ReadyAsync(Cancel);
    }

    private async Task RestartAsync(string restart)
    {
        await AskAsync($"before-{Guid.NewGuid():n}");
        var before = await PoolsAsync(Cancel);
        Assert.IsTrue(before.Exists(static c => c.StartsWith("rag-1", StringComparison.Ordinal)) && before.Exists(static c => c.StartsWith("rag-2", StringComparison.Ordinal)), string.Join(", ", before));

        await (restart == "crash" ? CrashAsync() : EndConnectionsAsync());
        await Eventually.HoldsAsync("none of the pools' connections is left", Limit, PoolsAsync, now => !now.Intersect(before).Any(), static now => string.Join(", ", now), Cancel);
        var request = $"after-{Guid.NewGuid():n}";
        await AskAsync(request);

        var audited = (long)(await Stack.ScalarAsync("SELECT count(*) FROM audit_log WHERE request_id LIKE $1", Cancel, $"{request}-%"))!;
        Assert.AreEqual(Queries, audited, "each of the answers is audited once");
        await Eventually.HoldsAsync(
            "the worker has written down each of the tasks",
            Limit,
            async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM curation_log WHERE request_id LIKE $1", token, $"{request}-%"))!,
            static rows => rows == Queries,
            static rows => $"{rows} rows",
            Cancel);
    }

    // Enough at a time for each pool to hold more than one connection.
    private Task AskAsync(string request) => Parallel.ForAsync(0, Queries, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancel }, async (i, token) =>
    {
        using var response = await Stack.Gateway.AskAsync($"{request}-{i}", token);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, await response.Content.ReadAsStringAsync(token));
    });

    private static async Task<List<string>> PoolsAsync(CancellationToken cancellationToken) => [.. ((string)(await Stack.ScalarAsync(Pools, cancellationToken))!).Split(", ")];

    private async Task EndConnectionsAsync()
        => await Stack.ScalarAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()", Cancel);

    // When one of its processes is killed the server ends all others and recovers from its log, as after a loss of power.
    private async Task CrashAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel)) { Pooling = false };
        await using var victim = new NpgsqlConnection(settings.ConnectionString);
        await victim.OpenAsync(Cancel);
        await Stack.Podman.RunAsync(["exec", Stack.ContainerIdOf("postgres"), "sh", "-c", $"kill -9 {victim.ProcessID}"], Cancel);
        await Assert.ThrowsAsync<NpgsqlException>(async () =>
        {
            while (true)
            {
                await using var command = new NpgsqlCommand("SELECT 1", victim);
                await command.ExecuteScalarAsync(Cancel);
            }
        });
        await Eventually.HoldsAsync("the server takes connections again", Limit, token => ConnectAsync(settings.ConnectionString, token), static problem => problem.Length == 0, static problem => problem, Cancel);
    }

    private static async Task<string> ConnectAsync(string settings, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(settings);
            await connection.OpenAsync(cancellationToken);
            return string.Empty;
        }
        catch (NpgsqlException exception)
        {
            return exception.Message;
        }
    }
}
