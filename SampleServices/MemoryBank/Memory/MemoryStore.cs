using Npgsql;
using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.MemoryBank.Memory;

/// <summary>Memories in PostgreSQL.</summary>
internal sealed class MemoryStore(PostgresConnections database, PostgresSchema schema)
{
    private const string Register = """
        INSERT INTO memory_agent (agent_id, capabilities, memory_limit_gb) VALUES ($1, $2, $3)
        ON CONFLICT (agent_id) DO UPDATE SET capabilities = excluded.capabilities, memory_limit_gb = excluded.memory_limit_gb
        """;

    private const string Update = """
        INSERT INTO memory_context (context_id, agent_id, version, content) VALUES ($1, $2, 1, $3)
        ON CONFLICT (context_id) DO UPDATE SET version = memory_context.version + 1, content = excluded.content, last_modified = now()
        RETURNING version
        """;

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

    /// <returns>The new version.</returns>
    public Task<int> UpdateAsync(string context, string agent, string content, CancellationToken cancellationToken) => RunAsync(
        Update,
        [Text(context), Text(agent), Text(content)],
        async command => (int)(await command.ExecuteScalarAsync(cancellationToken))!,
        cancellationToken);

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private async Task<T> RunAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken);
        return await database.RunAsync(sql, parameters, run, cancellationToken);
    }
}
