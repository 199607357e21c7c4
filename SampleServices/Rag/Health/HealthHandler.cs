using System.Diagnostics;
using System.Reflection;
using OpenTelemetry;
using XoeNovAi.Rag.Resilience;
using XoeNovAi.Rag.Search;
using XoeNovAi.ServiceDefaults.Health;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.Rag.Health;

/// <summary>
/// <c>GET /health</c>: a tier lower for each of Redis, PostgreSQL and the vector store that is away or takes no writes, the lowest without the model.
/// It always answers 200: a service that still answers questions must not be taken out of the passing set.
/// </summary>
internal sealed class HealthHandler
{
    // The contract wants health within 200 ms, whatever hangs; the rest is for the way.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(125);

    private static readonly string[] Tiers = ["Normal", "Constrained", "Critical", "Failover"];

    private static readonly string Version =
        typeof(HealthHandler).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private readonly Probe _redis;
    private readonly Probe _database;
    private readonly Probe _vectorStore;
    private readonly Breakers _breakers;

    public HealthHandler(RedisClient redis, PostgresConnections database, PostgresSchema schema, VectorStore vectorStore, Breakers breakers, TimeProvider time)
    {
        _redis = new(redis.CheckWriteAsync, Limit, time);
        // Not told: each question given up would keep a connection of the pool for as long as PostgreSQL hangs.
        _database = new(_ => PingAsync(database, schema), Limit, time);
        _vectorStore = new(vectorStore.PingAsync, Limit, time);
        _breakers = breakers;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        // A check nobody traces is asked for every second: what it asks in turn must not become traces of its own.
        using var quiet = Activity.Current is { Recorded: true } ? null : SuppressInstrumentationScope.Begin();
        var (redis, database, vectorStore) = (_redis.AnswersAsync(), _database.AnswersAsync(), _vectorStore.AnswersAsync());
        var (withRedis, withDatabase, withVectorStore) = (await redis, await database, await vectorStore);
        var missing = (withRedis ? 0 : 1) + (withDatabase ? 0 : 1) + (withVectorStore ? 0 : 1);
        var tier = _breakers.Llm.IsClosed ? Math.Min(missing + 1, Tiers.Length - 1) : Tiers.Length;
        var status = tier == 1 ? "healthy" : tier == 2 && !withVectorStore ? "partial" : "degraded";
        var memory = Math.Round(Environment.WorkingSet / (1024.0 * 1024 * 1024), 3);
        await context.Response.WriteAsJsonAsync(
            new HealthReport(status, Version, memory, withVectorStore,
                new HealthComponents(true, withVectorStore, _breakers.Llm.IsClosed, _breakers.AreHealthy, withRedis, tier, Tiers[tier - 1]),
                new DatabaseHealth(withDatabase ? "connected" : "disconnected")),
            RagJsonContext.Default.HealthReport, cancellationToken: context.RequestAborted);
    }

    private static async Task PingAsync(PostgresConnections database, PostgresSchema schema)
    {
        await schema.WaitAsync(CancellationToken.None);
        await database.CheckWriteAsync(CancellationToken.None);
    }
}

/// <summary>The body of <c>GET /health</c>.</summary>
internal sealed record HealthReport(
    string Status,
    string Version,
    double MemoryGb,
    bool VectorstoreLoaded,
    HealthComponents Components,
    DatabaseHealth Database);

internal sealed record HealthComponents(
    bool Embeddings,
    bool Vectorstore,
    bool Llm,
    bool CircuitBreakersHealthy,
    bool HealthRedis,
    int DegradationTier,
    string TierName);

internal sealed record DatabaseHealth(string Status);
