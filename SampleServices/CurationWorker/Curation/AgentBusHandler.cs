using System.Diagnostics;
using Npgsql;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.RequestIds;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Writes one row per task on the agents' bus; the message's id makes a second delivery change nothing.</summary>
internal sealed class AgentBusHandler(NpgsqlDataSource database, PostgresSchema schema) : IStreamHandler
{
    private const string AgentTask = "task";

    private const string Insert = """
        INSERT INTO agent_task (message_id, request_id, trace_id, sender, target, payload) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (message_id) DO NOTHING
        """;

    private static readonly string[] Texts = ["sender", "target", "payload"];

    public async Task HandleAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        if (message.Fields.GetValueOrDefault("type") != AgentTask)
        {
            // The bus carries more, the emergency stop among it: that has listeners of its own.
            return;
        }

        await schema.WaitAsync(cancellationToken);
        await using var command = database.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Id });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)RequestId.Current ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)Activity.Current?.TraceId.ToString() ?? DBNull.Value });
        foreach (var text in Texts)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Required(text) });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
