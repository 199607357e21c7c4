using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using XoeNovAi.ServiceDefaults.Lifetime;

namespace XoeNovAi.ServiceDefaults.Postgres;

/// <summary>Brings the schema up to date, one instance at a time, and tries again until PostgreSQL is there.</summary>
internal sealed class PostgresMigrator(
    NpgsqlDataSource database,
    PostgresSchema schema,
    MigrationList migrations,
    TimeProvider time,
    ILogger<PostgresMigrator> logger) : SupervisedService(time, logger)
{
    // Any number will do that every service of the stack agrees on.
    private const long Lock = 0x786e6169;

    private const string Prepare = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            name text PRIMARY KEY,
            applied_at timestamptz NOT NULL DEFAULT now());
        """;

    public const string ActivitySourceName = "XoeNovAi.ServiceDefaults.Postgres";

    private static readonly ActivitySource Source = new(ActivitySourceName);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(Time);
        while (true)
        {
            try
            {
                using var activity = Source.StartActivity("migrate");
                await MigrateAsync(stoppingToken);
                schema.SetReady();
                backoff.Reset();
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                if (!backoff.InUse)
                {
                    logger.LogWarning("The schema cannot be brought up to date yet: {Reason}", exception.Message);
                }

                await backoff.WaitAsync(stoppingToken);
                continue;
            }

            await schema.WhenMissingAsync(stoppingToken);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", Lock, cancellationToken);
        await ExecuteAsync(connection, Prepare, null, cancellationToken);
        foreach (var step in migrations.Steps)
        {
            var isNew = await ExecuteAsync(connection, "INSERT INTO schema_migrations (name) VALUES ($1) ON CONFLICT DO NOTHING", step.Name, cancellationToken) == 1;
            if (isNew)
            {
                await ExecuteAsync(connection, step.Sql, null, cancellationToken);
                logger.LogInformation("Schema step {Step} applied", step.Name);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, object? parameter, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The statements are this class's own and the migrations'; neither holds input.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        if (parameter is not null)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
