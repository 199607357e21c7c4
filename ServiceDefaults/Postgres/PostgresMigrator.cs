using System.Data.Common;
using System.Diagnostics;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
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
    public const string ActivitySourceName = "XoeNovAi.ServiceDefaults.Postgres";

    // Any number will do that every service of the stack agrees on.
    private const long Lock = 0x786e6169;

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
            catch (Exception exception) when (exception is DbException or TimeoutException)
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

    // DbUp has no lock of its own: instances that start at once would all take the same steps. It waits on this one's connection for
    // as long as it works on another.
    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = Lock } } })
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // It knows no asynchronous calls; each of its statements has the time limit of the connection string.
        var result = await Task.Run(Upgrade, cancellationToken).WaitAsync(cancellationToken);
        if (!result.Successful)
        {
            throw result.Error as DbException ?? new NpgsqlException($"The step '{result.ErrorScript?.Name}' failed: {result.Error.Message}", result.Error);
        }

        foreach (var step in result.Scripts)
        {
            logger.LogInformation("Schema step {Step} applied", step.Name);
        }
    }

    private DatabaseUpgradeResult Upgrade() => DeployChanges.To
        .PostgresqlDatabase(new PostgresqlConnectionManager(database))
        .JournalToPostgresqlTable("public", "schema_migrations")
        .WithScripts(migrations.Steps.Select(static (step, index) => new SqlScript(step.Name, step.Sql, new SqlScriptOptions { RunGroupOrder = index })))
        .WithVariablesDisabled()
        .WithTransaction()
        .LogToNowhere()
        .Build()
        .PerformUpgrade();
}

/// <summary>A step of a schema.</summary>
/// <param name="Name">Its name, unique in the database, e.g. <c>rag/1-audit-log</c>.</param>
/// <param name="Sql">What it does. It runs once, in a transaction.</param>
public sealed record Migration(string Name, string Sql);

internal sealed record MigrationList(IReadOnlyList<Migration> Steps);
