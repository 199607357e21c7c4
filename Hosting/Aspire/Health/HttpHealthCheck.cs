using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>Asks an address over HTTP.</summary>
internal sealed class HttpHealthCheck(IHttpClientFactory clients, Func<CancellationToken, ValueTask<string?>> address, string path, int expectedStatus) : IHealthCheck
{
    public const string ClientName = "health";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public HttpHealthCheck(IHttpClientFactory clients, EndpointReference endpoint, string path, int expectedStatus)
        : this(clients, endpoint.GetValueAsync, path, expectedStatus)
    {
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        try
        {
            var asked = new Uri(new Uri((await address(deadline.Token).ConfigureAwait(false))!), path);
            using var client = clients.CreateClient(ClientName);
            using var response = await client.GetAsync(asked, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            return (int)response.StatusCode == expectedStatus
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"'{asked}' answered {(int)response.StatusCode} and not {expectedStatus}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"'{path}' did not answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (HttpRequestException exception)
        {
            return HealthCheckResult.Unhealthy($"'{path}' did not answer: {exception.Message}");
        }
    }
}
