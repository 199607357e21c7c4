using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Aspire.Hosting.Redis;

/// <summary>Pings Redis.</summary>
internal sealed class RedisHealthCheck(RedisResource resource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var settings = ConfigurationOptions.Parse((await resource.ConnectionStringExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!);
            settings.ConnectTimeout = 2000;
            settings.ConnectRetry = 0;
            settings.AbortOnConnectFail = true;

            if (resource.TryGetLastAnnotation<HttpsCertificateAnnotation>(out var tls) && tls.Certificate is { } expected)
            {
                // The run's own authority is not one this machine trusts: exactly this certificate is.
                settings.CertificateValidation += (_, presented, _, _) => presented is not null && presented.GetRawCertData().AsSpan().SequenceEqual(expected.RawData);
            }

            var connection = await ConnectionMultiplexer.ConnectAsync(settings).WaitAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await connection.GetDatabase().PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
                return HealthCheckResult.Healthy();
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
