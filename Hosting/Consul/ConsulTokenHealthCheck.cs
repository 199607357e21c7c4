using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XoeNovAi.Hosting.Consul;

/// <summary>Whether Consul knows the tokens of the services; when it does not, it is told them.</summary>
internal sealed class ConsulTokenHealthCheck(ConsulResource consul, ConsulAccessControl access, Func<HttpClient> clients) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var client = clients();
            var address = await consul.PrimaryEndpoint.GetValueAsync(cancellationToken).ConfigureAwait(false);
            client.BaseAddress = new($"{address}/");
            await new ConsulTokens(client, access).EnsureAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (HttpRequestException exception)
        {
            return HealthCheckResult.Unhealthy($"Consul does not know the services' tokens: {exception.Message}");
        }
    }
}
