using System.Diagnostics;
using System.Globalization;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.RequestIds;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Writes one row per task; the task's own id makes a second delivery change nothing.</summary>
internal sealed class CurationHandler(RowWriter rows, ServiceIdentity identity) : IStreamHandler
{
    private const string CurationTask = "curate";

    private const string Insert = """
        INSERT INTO curation_log (task_id, message_id, request_id, trace_id, query, tokens, worker)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (task_id) DO NOTHING
        """;

    public Task ReadyAsync(CancellationToken cancellationToken) => rows.ReadyAsync(cancellationToken);

    public async Task HandleAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        if (message.Required("type") != CurationTask)
        {
            // The stream carries other agents' updates too.
            return;
        }

        if (!Guid.TryParse(message.Required("task_id"), out var task))
        {
            throw new InvalidStreamMessageException($"Message {message.Id}: 'task_id' is no UUID.");
        }

        if (!int.TryParse(message.Required("tokens"), NumberStyles.None, CultureInfo.InvariantCulture, out var tokens))
        {
            throw new InvalidStreamMessageException($"Message {message.Id}: 'tokens' is no whole number.");
        }

        object?[] values =
        [
            task, message.Id, RequestId.Current, Activity.Current?.TraceId.ToString(), message.Required("query"), tokens, $"{identity.Service}-{identity.Instance}",
        ];
        await rows.WriteAsync(Insert, values, cancellationToken);
    }
}
