using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;
using XoeNovAi.AppHost.Certificates;

namespace XoeNovAi.AppHost.Data;

/// <summary>Asks Redis for its health over TLS. Aspire's own check trusts what this machine trusts, which the run's authority is not part of.</summary>
internal sealed class RedisCheck(RedisResource redis, RunCertificateAuthority authority) : IHealthCheck, IAsyncDisposable
{
    private const int ConnectMilliseconds = 2000;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ConnectionMultiplexer? _connection;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            await connection.GetDatabase().PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _turn.Dispose();
        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_connection is null)
            {
                var options = ConfigurationOptions.Parse(await redis.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty);
                options.ConnectTimeout = ConnectMilliseconds;
                options.ConnectRetry = 0;
                options.CertificateValidation += (_, certificate, _, errors) => certificate is not null && authority.Vouches(certificate, errors);
                _connection = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return _connection;
        }
        finally
        {
            _turn.Release();
        }
    }
}

/// <summary>Puts <see cref="RedisCheck"/> in the place of Aspire's.</summary>
internal static class RedisCheckExtensions
{
    public static void TrustInRedis(this HealthCheckServiceOptions options, RedisResource redis, RunCertificateAuthority authority)
    {
        var keys = redis.Annotations.OfType<HealthCheckAnnotation>().Select(static h => h.Key).ToHashSet(StringComparer.Ordinal);
        var check = new RedisCheck(redis, authority);
        foreach (var registration in options.Registrations.Where(r => keys.Contains(r.Name)))
        {
            registration.Factory = _ => check;
        }
    }
}
