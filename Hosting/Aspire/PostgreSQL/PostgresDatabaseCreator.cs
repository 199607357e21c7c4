using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace Aspire.Hosting.Postgres;

/// <summary>Creates a server's databases once it is ready.</summary>
internal static class PostgresDatabaseCreator
{
    public static async Task CreateAsync(PostgresServerResource server, ResourceLoggerService loggers, CancellationToken cancellationToken)
    {
        if (server.DatabaseResources.Count == 0)
        {
            return;
        }

        var connectionString = await server.ConnectionStringExpression.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var source = PostgresDataSource.Create(connectionString, static s => s.Database = "postgres");
        await using (source.ConfigureAwait(false))
        {
            foreach (var resource in server.DatabaseResources)
            {
                var (name, database) = (resource.Name, resource.DatabaseName);
                var script = resource.TryGetLastAnnotation<PostgresCreationScriptAnnotation>(out var own) ? own.Script : $"CREATE DATABASE {new NpgsqlCommandBuilder().QuoteIdentifier(database)}";
#pragma warning disable CA2100 // A database's name cannot be a parameter; it is quoted.
                var command = source.CreateCommand(script);
#pragma warning restore CA2100
                await using (command.ConfigureAwait(false))
                {
                    try
                    {
                        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                        loggers.GetLogger(name).LogInformation("Database '{Database}' created.", database);
                    }
                    catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DuplicateDatabase)
                    {
                        loggers.GetLogger(name).LogDebug("Database '{Database}' already exists.", database);
                    }
                    catch (PostgresException exception)
                    {
                        loggers.GetLogger(name).LogError(exception, "Failed to create database '{Database}'.", database);
                    }
                }
            }
        }
    }
}
