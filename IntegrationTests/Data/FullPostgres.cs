using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>A PostgreSQL that has no connection left, for a service whose own ones were ended; it has again when this is disposed of.</summary>
internal sealed class FullPostgres : IAsyncDisposable
{
    private readonly List<NpgsqlConnection> _taken = [];

    private FullPostgres()
    {
    }

    /// <summary>Takes all connections there are, after those of some services were ended.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="victims">How the services name their connections, as a pattern of LIKE.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<FullPostgres> BeginAsync(Stack stack, string victims, CancellationToken cancellationToken)
    {
        var full = new FullPostgres();
        try
        {
            await full.TakeAsync(await stack.PostgresAsync(cancellationToken), victims, cancellationToken);
            return full;
        }
        catch
        {
            await full.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _taken)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task TakeAsync(string connectionString, string victims, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        for (var isFull = false; !isFull;)
        {
            var connection = new NpgsqlConnection(settings.ConnectionString);
            try
            {
                await connection.OpenAsync(cancellationToken);
                _taken.Add(connection);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                await connection.DisposeAsync();
                await using var ended = new NpgsqlCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE $1", _taken[0])
                {
                    Parameters = { new NpgsqlParameter<string> { TypedValue = victims } },
                };
                isFull = await ended.ExecuteScalarAsync(cancellationToken) is 0L;
            }
        }
    }
}
