using System.Diagnostics;
using System.Reflection;
using Npgsql;
using OpenTelemetry;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.Rag.Health;

/// <summary>
/// <c>GET /health</c>: healthy with everything, degraded without one of Redis and PostgreSQL, partial without both. It always
/// answers 200: a service that still answers questions must not be taken out of the passing set.
/// </summary>
internal sealed class HealthHandler(RedisClient redis, NpgsqlDataSource database, PostgresSchema schema)
{
    // The contract wants health within 200 ms, whatever hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(150);

    private static readonly string Version =
        typeof(HealthHandler).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public async Task InvokeAsync(HttpContext context)
    {
        // A check nobody traces is asked for every second: what it asks in turn must not become traces of its own.
        using var quiet = Activity.Current is { Recorded: true } ? null : SuppressInstrumentationScope.Begin();
        var redisAnswers = AnswersAsync(token => redis.ExecuteAsync("PING", database => database.PingAsync(), token), context.RequestAborted);
        var databaseAnswers = AnswersAsync(PingDatabaseAsync, context.RequestAborted);
        var (withRedis, withDatabase) = (await redisAnswers, await databaseAnswers);
        var (status, tier, name) = (withRedis, withDatabase) switch
        {
            (true, true) => ("healthy", 1, "full"),
            (false, false) => ("partial", 3, "minimal"),
            (false, true) => ("degraded", 2, "no_cache"),
            (true, false) => ("degraded", 2, "no_database"),
        };
        var memory = Math.Round(Environment.WorkingSet / (1024.0 * 1024 * 1024), 3);
        await context.Response.WriteAsJsonAsync(
            new HealthReport(status, Version, memory, true,
                new HealthComponents(true, true, true, true, withRedis, tier, name),
                new DatabaseHealth(withDatabase ? "connected" : "disconnected")),
            RagJsonContext.Default.HealthReport, cancellationToken: context.RequestAborted);
    }

    private async Task PingDatabaseAsync(CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken);
        await using var command = database.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
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
        catch (Exception exception) when (exception is RedisException or NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
