using Npgsql;
using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.MemoryBank.Memory;

/// <summary>Memories in PostgreSQL.</summary>
internal sealed class MemoryStore(PostgresConnections database, PostgresSchema schema, TimeProvider time)
{
    private const string Register = """
        INSERT INTO memory_agent (agent_id, capabilities, memory_limit_gb) VALUES ($1, $2, $3)
        ON CONFLICT (agent_id) DO UPDATE SET capabilities = excluded.capabilities, memory_limit_gb = excluded.memory_limit_gb
        """;

    // With the version it has only now, the update is left in the outbox until Redis has taken it.
    private const string Update = """
        WITH updated AS (
            INSERT INTO memory_context (context_id, agent_id, version, content) VALUES ($1, $2, 1, $3)
            ON CONFLICT (context_id) DO UPDATE SET version = memory_context.version + 1, content = excluded.content, last_modified = now()
            RETURNING version),
        untold AS (
            INSERT INTO stream_outbox (stream, fields)
            SELECT $4, ($5::jsonb || jsonb_build_object('version', version::text))::text FROM updated RETURNING id)
        SELECT version, id FROM updated, untold
        """;

    // As long as a connection may take.
    private static readonly TimeSpan SchemaLimit = TimeSpan.FromSeconds(5);

    public Task RegisterAsync(string agent, string[] capabilities, double memoryLimit, CancellationToken cancellationToken) => RunAsync(
        Register,
        [Text(agent), new NpgsqlParameter<string[]> { TypedValue = capabilities }, new NpgsqlParameter<double> { TypedValue = memoryLimit }],
        command => command.ExecuteNonQueryAsync(cancellationToken),
        cancellationToken);

    public Task<bool> KnowsAsync(string agent, CancellationToken cancellationToken) => RunAsync(
        "SELECT 1 FROM memory_agent WHERE agent_id = $1",
        [Text(agent)],
        async command => await command.ExecuteScalarAsync(cancellationToken) is not null,
        cancellationToken);

    public Task<MemoryContext?> FindAsync(string context, CancellationToken cancellationToken) => RunAsync(
        "SELECT version, content FROM memory_context WHERE context_id = $1",
        [Text(context)],
        async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? new MemoryContext(context, reader.GetInt32(0), reader.GetString(1)) : null;
        },
        cancellationToken);

    /// <returns>The new version, and where it is left to be told of on a stream.</returns>
    public Task<(int Version, long Untold)> UpdateAsync(string context, string agent, string content, string stream, string message, CancellationToken cancellationToken) => RunAsync(
        Update,
        [Text(context), Text(agent), Text(content), Text(stream), Text(message)],
        async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return (reader.GetInt32(0), reader.GetInt64(1));
        },
        cancellationToken);

    /// <summary>A version has been told of.</summary>
    public Task ToldAsync(long untold, CancellationToken cancellationToken) => RunAsync(
        "DELETE FROM stream_outbox WHERE id = $1",
        [new NpgsqlParameter<long> { TypedValue = untold }],
        command => command.ExecuteNonQueryAsync(cancellationToken),
        cancellationToken);

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private async Task<T> RunAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken).WaitAsync(SchemaLimit, time, cancellationToken);
        try
        {
            return await database.RunAsync(sql, parameters, run, cancellationToken);
        }
        catch (PostgresException exception)
        {
            schema.Note(exception);
            throw;
        }
    }
}

/// <summary>What an agent remembers of one kind.</summary>
/// <param name="ContextId">Agent, kind and tier.</param>
/// <param name="Version">How often it was changed.</param>
/// <param name="Content">What is remembered, as JSON.</param>
internal sealed record MemoryContext(string ContextId, int Version, string Content);
