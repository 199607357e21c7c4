using System.Net;
using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>A PostgreSQL whose connections are all taken: who comes next is told so, and the services go on without it until there are some again.</summary>
[TestClass]
public sealed class PostgresFullTests : StackTest
{
    private const int Queries = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected override IReadOnlyList<string> Touches => ["postgres", "rag-1", "rag-2"];

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("PG-02")]
    public async Task At_the_servers_limit_the_next_is_told_and_services_degrade_and_recover()
    {
        var request = $"full-{Guid.NewGuid():n}";
        var processes = (await Stack.ProcessIdOfAsync("rag-1", Cancel), await Stack.ProcessIdOfAsync("rag-2", Cancel));
        await using (await FullPostgres.BeginAsync(Stack, "rag-%", Cancel))
        {
            var settings = new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel)) { Pooling = false };
            await using var next = new NpgsqlConnection(settings.ConnectionString);
            var refused = await Assert.ThrowsExactlyAsync<PostgresException>(() => next.OpenAsync(Cancel));
            Assert.AreEqual(PostgresErrorCodes.TooManyConnections, refused.SqlState, refused.Message);

            foreach (var rag in (string[])["rag-1", "rag-2"])
            {
                await StatusAsync(rag, "degraded");
            }

            await Parallel.ForAsync(0, Queries, Cancel, async (i, token) => Assert.AreEqual(HttpStatusCode.OK, await AskAsync($"{request}-{i}", token), "Redis takes what is to be written down."));
        }

        foreach (var rag in (string[])["rag-1", "rag-2"])
        {
            await StatusAsync(rag, "healthy");
        }

        Assert.AreEqual(processes, (await Stack.ProcessIdOfAsync("rag-1", Cancel), await Stack.ProcessIdOfAsync("rag-2", Cancel)), "Nothing was restarted.");
        Assert.AreEqual(HttpStatusCode.OK, await AskAsync($"{request}-after", Cancel));
        await RowsAsync("SELECT count(*) FROM audit_log WHERE request_id = $1", $"{request}-after", 1);
        await RowsAsync("SELECT count(*) FROM curation_log WHERE request_id LIKE $1", $"{request}-%", Queries + 1);
        await Stack.ReadyAsync(Cancel);
    }

    private static async Task<HttpStatusCode> AskAsync(string request, CancellationToken cancellationToken)
    {
        using var response = await Stack.Gateway.AskAsync(request, cancellationToken);
        return response.StatusCode;
    }

    private async Task StatusAsync(string resource, string status)
    {
        using var client = Stack.CreateClient(resource);
        await Eventually.HoldsAsync(
            $"{resource} says {status}",
            Limit,
            token => client.GetStringAsync("/xnai/api/v1/health", token),
            health => health.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal),
            static health => health,
            Cancel);
    }

    private Task RowsAsync(string query, string value, long expected)
        => Eventually.HoldsAsync($"{query} with {value} gives {expected}", Limit, async token => (long)(await Stack.ScalarAsync(query, token, value))!, rows => rows == expected, static rows => $"{rows}", Cancel);
}
