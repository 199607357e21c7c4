using Npgsql;
using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.MemoryBank.Memory;

/// <summary>Memories in PostgreSQL.</summary>
internal sealed class MemoryStore(NpgsqlDataSource database, PostgresSchema schema)
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

    public async Task RegisterAsync(string agent, string[] capabilities, double memoryLimit, CancellationToken cancellationToken)
    {
        await using var command = await CommandAsync(Register, cancellationToken);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = agent });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = capabilities });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = memoryLimit });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<bool> KnowsAsync(string agent, CancellationToken cancellationToken)
    {
        await using var command = await CommandAsync("SELECT 1 FROM memory_agent WHERE agent_id = $1", cancellationToken);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = agent });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    public async Task<MemoryContext?> FindAsync(string context, CancellationToken cancellationToken)
    {
        await using var command = await CommandAsync("SELECT version, content FROM memory_context WHERE context_id = $1", cancellationToken);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = context });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new(context, reader.GetInt32(0), reader.GetString(1)) : null;
    }

    /// <returns>The new version.</returns>
    public async Task<int> UpdateAsync(string context, string agent, string content, CancellationToken cancellationToken)
    {
        await using var command = await CommandAsync(Update, cancellationToken);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = context });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = agent });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = content });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<NpgsqlCommand> CommandAsync(string sql, CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken);
        return database.CreateCommand(sql);
    }
}
