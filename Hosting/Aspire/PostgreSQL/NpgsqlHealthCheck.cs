using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Aspire.Hosting.Postgres;

/// <summary>Asks PostgreSQL a question.</summary>
internal sealed class NpgsqlHealthCheck(IResourceWithConnectionString resource) : IHealthCheck
{
    // Npgsql reads a connection string by a method so large that compiling it takes 14 MB: not at every check.
    private (string? ConnectionString, NpgsqlDataSource Source)? _asked;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var connectionString = await resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false);
            if (_asked is not { } asked || asked.ConnectionString != connectionString)
            {
                _asked = asked = (connectionString, PostgresDataSource.Create(connectionString, static s => (s.Timeout, s.CommandTimeout) = (2, 2)));
            }

            var command = asked.Source.CreateCommand("SELECT 1");
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
                return HealthCheckResult.Healthy();
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
