using Npgsql;
using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Writes what messages say, one row each.</summary>
internal sealed class RowWriter(PostgresConnections database, PostgresSchema schema)
{
    /// <summary>Runs an INSERT once the tables are there.</summary>
    /// <param name="insert">The statement; delivered twice it must change nothing.</param>
    /// <param name="values">Its parameters, in their order.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WriteAsync(string insert, IEnumerable<object?> values, CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken);
        try
        {
            await database.RunAsync(
                insert, values.Select(static value => new NpgsqlParameter { Value = value ?? DBNull.Value }), command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
        }
        catch (PostgresException exception)
        {
            schema.Note(exception);
            throw;
        }
    }

    /// <summary>Returns when PostgreSQL takes rows.</summary>
    /// <exception cref="NpgsqlException">It is away.</exception>
    /// <exception cref="IOException">It takes no writes.</exception>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken);
        await database.CheckWriteAsync(cancellationToken);
    }
}
