using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>Healthy when a connection string leads to a server that answers; of several, to the one that takes writes.</summary>
/// <param name="resource">Whose connection string.</param>
internal sealed class PostgresCheck(IResourceWithConnectionString resource) : IHealthCheck
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
            return HealthCheckResult.Unhealthy($"It takes no connections: {exception.Message}");
        }
    }
}

/// <summary>Adds <see cref="PostgresCheck"/>.</summary>
internal static class PostgresCheckExtensions
{
    public static IResourceBuilder<T> WithPostgresCheck<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithConnectionString
    {
        var check = $"{builder.Resource.Name}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(check, new PostgresCheck(builder.Resource), failureStatus: null, tags: null));
        return builder.WithHealthCheck(check);
    }
}
