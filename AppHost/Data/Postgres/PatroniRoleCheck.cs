using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>Asks Patroni what a member is at the moment.</summary>
/// <param name="api">Where its REST API is.</param>
/// <param name="clients">Makes a client that trusts it.</param>
internal sealed class PatroniRoleCheck(EndpointReference api, Func<HttpClient> clients) : IHealthCheck
{
    /// <summary>What the check says of the member that takes writes.</summary>
    public const string Primary = "primary";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var client = clients();

            // It answers with another status while PostgreSQL does not run, and says the same.
            using var answer = await client.GetAsync(new Uri($"{await api.GetValueAsync(cancellationToken).ConfigureAwait(false)}/patroni"), cancellationToken).ConfigureAwait(false);
            using var member = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            var role = RoleOf(member.RootElement);
            return member.RootElement.GetProperty("state").GetString() is var state and not "running" ? HealthCheckResult.Unhealthy($"{role}, {state}") : HealthCheckResult.Healthy(role);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return HealthCheckResult.Unhealthy($"Patroni does not say what it is: {exception.Message}");
        }
    }

    private static string RoleOf(JsonElement member)
        => member.GetProperty("role").GetString() is "master" or Primary ? Primary
            : member.TryGetProperty("sync_standby", out _) ? "sync standby"
            : "replica";
}
