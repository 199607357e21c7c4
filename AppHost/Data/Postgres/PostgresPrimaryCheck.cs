using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>Healthy when a connection string leads to a primary that answers.</summary>
/// <param name="resource">Whose connection string.</param>
internal sealed class PostgresPrimaryCheck(IResourceWithConnectionString resource) : IHealthCheck
{
    private const int Seconds = 2;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(await resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false)) { Pooling = false, Timeout = Seconds, CommandTimeout = Seconds };
            var connection = new NpgsqlConnection(settings.ConnectionString);
            await using (connection.ConfigureAwait(false))
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return HealthCheckResult.Healthy();
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy($"No primary takes connections: {exception.Message}");
        }
    }
}
