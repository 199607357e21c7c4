using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XoeNovAi.Hosting.Consul;

/// <summary>Whether the servers have a leader, and whoever is asked knows it.</summary>
internal sealed class ConsulLeaderHealthCheck(EndpointReference endpoint, Func<HttpClient> clients) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var client = clients();
            var address = await endpoint.GetValueAsync(cancellationToken).ConfigureAwait(false);

            // A JSON string: empty, but answered with 200, as long as there is none.
            var leader = (await client.GetStringAsync(new Uri($"{address}/v1/status/leader"), cancellationToken).ConfigureAwait(false)).Trim().Trim('"');
            return leader.Length > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("There is no leader.");
        }
        catch (HttpRequestException exception)
        {
            return HealthCheckResult.Unhealthy($"There is no leader: {exception.Message}");
        }
    }
}
