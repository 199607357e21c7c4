using Npgsql;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>
/// Who services are to PostgreSQL: the owner of their database, who may do nothing beyond it. The superuser is for what is done to the
/// server: backups, and whoever looks at it.
/// </summary>
internal static class ServiceRole
{
    /// <summary>Its name.</summary>
    public const string Name = "xnai";

    // It is of each connection, whoever opens it: PgBouncer's too, which takes no such options from its clients. Who waits for a lock is
    // told so before a statement is ended, and both before the client gives up after 5 s, as only the server can say what it was. Nobody
    // keeps rows locked for longer between two statements than a caller of the gateway waits for all of it: the longest wait there is that
    // of the outbox, for Redis.
    private static readonly (string Setting, string Value)[] Limits =
        [("lock_timeout", "3s"), ("statement_timeout", "4s"), ("idle_in_transaction_session_timeout", "20s")];

    // Statements to run, each for itself. What the superuser makes in the database, by a restore of an older backup for instance, is theirs to use.
    private const string OnServer = """
        SELECT statement FROM (VALUES
            (1, CASE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) THEN format('CREATE ROLE %I LOGIN', $1) END),
            (2, format('ALTER ROLE %I PASSWORD %L', $1, $2)),
            (3, CASE WHEN NOT EXISTS (SELECT FROM pg_database WHERE datname = $3) THEN format('CREATE DATABASE %I OWNER %I', $3, $1) END))
            AS steps (number, statement) WHERE statement IS NOT NULL ORDER BY number
        """;

    private static readonly string[] InDatabase = [.. new[] { "SCHEMAS", "TABLES", "SEQUENCES" }.Select(static kind => $"ALTER DEFAULT PRIVILEGES GRANT ALL ON {kind} TO {Name}")];

    /// <summary>Makes the role and its database, or sees to it that they are as they should be, whenever a server is ready.</summary>
    /// <typeparam name="T">The server's type.</typeparam>
    /// <param name="server">The server, by a connection string of its superuser.</param>
    /// <param name="database">The database.</param>
    /// <param name="password">The role's password.</param>
    public static IResourceBuilder<T> WithServiceRole<T>(this IResourceBuilder<T> server, string database, ParameterResource password)
        where T : IResourceWithConnectionString
        => server.OnResourceReady(async (resource, ready, cancellationToken) =>
        {
            try
            {
                var settings = new NpgsqlConnectionStringBuilder(await resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false)) { Pooling = false };
                await MakeAsync(settings, database, (await password.GetValueAsync(cancellationToken).ConfigureAwait(false))!, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException exception)
            {
                ready.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource)
                    .LogError("The role '{Role}' of services and its database '{Database}' could not be made: {Reason}", Name, database, exception.Message);
                throw;
            }
        });

    /// <summary>The parameter that has its password; made for the run when it is not given.</summary>
    public static ParameterResource PasswordOf(IDistributedApplicationBuilder builder) => ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{Name}-password");

    private static async Task MakeAsync(NpgsqlConnectionStringBuilder settings, string database, string password, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnection(settings.ConnectionString);
        await using (server.ConfigureAwait(false))
        {
            await server.OpenAsync(cancellationToken).ConfigureAwait(false);

            // A statement that fails is logged by the server as it is, and one of these has the password.
            await RunAsync(server, "SET log_min_error_statement = panic", cancellationToken).ConfigureAwait(false);
            foreach (var statement in await StatementsAsync(server, [Name, password, database], cancellationToken).ConfigureAwait(false))
            {
                await RunAsync(server, statement, cancellationToken).ConfigureAwait(false);
            }

            foreach (var (setting, value) in Limits)
            {
                await RunAsync(server, $"ALTER ROLE {Name} SET {setting} = '{value}'", cancellationToken).ConfigureAwait(false);
            }
        }

        settings.Database = database;
        var inside = new NpgsqlConnection(settings.ConnectionString);
        await using (inside.ConfigureAwait(false))
        {
            await inside.OpenAsync(cancellationToken).ConfigureAwait(false);
            foreach (var statement in InDatabase)
            {
                await RunAsync(inside, statement, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<IReadOnlyList<string>> StatementsAsync(NpgsqlConnection connection, IEnumerable<string> values, CancellationToken cancellationToken)
    {
        var statements = new List<string>();
        var command = new NpgsqlCommand(OnServer, connection);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.AddRange(values.Select(static v => new NpgsqlParameter<string> { TypedValue = v }).ToArray());
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    statements.Add(reader.GetString(0));
                }
            }
        }

        return statements;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // This class's own statements, and those that PostgreSQL has put together.
        var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
