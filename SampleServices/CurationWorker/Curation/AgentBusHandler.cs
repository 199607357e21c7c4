using System.Diagnostics;
using XoeNovAi.ServiceDefaults.RequestIds;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Writes one row per task on the agents' bus; the message's id makes a second delivery change nothing.</summary>
internal sealed class AgentBusHandler(RowWriter rows) : IStreamHandler
{
    private const string AgentTask = "task";

    private const string Insert = """
        INSERT INTO agent_task (message_id, request_id, trace_id, sender, target, payload) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (message_id) DO NOTHING
        """;

    public Task ReadyAsync(CancellationToken cancellationToken) => rows.ReadyAsync(cancellationToken);

    public async Task HandleAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        if (message.Fields.GetValueOrDefault("type") != AgentTask)
        {
            // The bus carries more, the emergency stop among it: that has listeners of its own.
            return;
        }

        object?[] values =
        [
            message.Id, RequestId.Current, Activity.Current?.TraceId.ToString(), message.Required("sender"), message.Required("target"), message.Required("payload"),
        ];
        await rows.WriteAsync(Insert, values, cancellationToken);
    }
}
