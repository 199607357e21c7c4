using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace XoeNovAi.AppHost.Data.Redis;

/// <summary>Asks Redis for its health over TLS. Aspire's own check trusts what this machine trusts, which the run's authority is not part of.</summary>
internal sealed class RedisCheck(RedisConnection connection) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var database = await connection.GetDatabaseAsync(cancellationToken).ConfigureAwait(false);
            await database.PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}

/// <summary>Puts <see cref="RedisCheck"/> in the place of Aspire's.</summary>
internal static class RedisCheckExtensions
{
    public static void TrustInRedis(this HealthCheckServiceOptions options, RedisResource redis)
    {
        var keys = redis.Annotations.OfType<HealthCheckAnnotation>().Select(static h => h.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var registration in options.Registrations.Where(r => keys.Contains(r.Name)))
        {
            registration.Factory = static services => new RedisCheck(services.GetRequiredService<RedisConnection>());
        }
    }
}
