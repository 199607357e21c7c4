using System.Diagnostics;
using System.Reflection;
using Npgsql;
using OpenTelemetry;
using StackExchange.Redis;
using XoeNovAi.Rag.Resilience;
using XoeNovAi.Rag.Search;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.Rag.Health;

/// <summary>
/// <c>GET /health</c>: a tier lower for each of Redis, PostgreSQL and the vector store that is away, the lowest without the model.
/// It always answers 200: a service that still answers questions must not be taken out of the passing set.
/// </summary>
internal sealed class HealthHandler(RedisClient redis, PostgresConnections database, PostgresSchema schema, VectorStore vectorStore, Breakers breakers)
{
    // The contract wants health within 200 ms, whatever hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(150);

    private static readonly string[] Tiers = ["Normal", "Constrained", "Critical", "Failover"];

    private static readonly string Version =
        typeof(HealthHandler).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public async Task InvokeAsync(HttpContext context)
    {
        // A check nobody traces is asked for every second: what it asks in turn must not become traces of its own.
        using var quiet = Activity.Current is { Recorded: true } ? null : SuppressInstrumentationScope.Begin();
        var redisAnswers = AnswersAsync(redis.CheckWriteAsync, context.RequestAborted);
        var databaseAnswers = AnswersAsync(PingDatabaseAsync, context.RequestAborted);
        var vectorStoreAnswers = AnswersAsync(vectorStore.PingAsync, context.RequestAborted);
        var (withRedis, withDatabase, withVectorStore) = (await redisAnswers, await databaseAnswers, await vectorStoreAnswers);
        var missing = (withRedis ? 0 : 1) + (withDatabase ? 0 : 1) + (withVectorStore ? 0 : 1);
        var tier = breakers.Llm.IsClosed ? Math.Min(missing + 1, Tiers.Length - 1) : Tiers.Length;
        var status = tier == 1 ? "healthy" : tier == 2 && !withVectorStore ? "partial" : "degraded";
        var memory = Math.Round(Environment.WorkingSet / (1024.0 * 1024 * 1024), 3);
        await context.Response.WriteAsJsonAsync(
            new HealthReport(status, Version, memory, withVectorStore,
                new HealthComponents(true, withVectorStore, breakers.Llm.IsClosed, breakers.AreHealthy, withRedis, tier, Tiers[tier - 1]),
                new DatabaseHealth(withDatabase ? "connected" : "disconnected")),
            RagJsonContext.Default.HealthReport, cancellationToken: context.RequestAborted);
    }

    private async Task PingDatabaseAsync(CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken);
        await using var alive = await database.OpenAsync(cancellationToken);
    }

    private static async Task<bool> AnswersAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await ask(limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is RedisException or NpgsqlException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
