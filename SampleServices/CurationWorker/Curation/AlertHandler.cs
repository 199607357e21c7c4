using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Writes one row per alert; the alert's own id makes a second delivery change nothing.</summary>
internal sealed class AlertHandler(RowWriter rows) : IStreamHandler
{
    private const string Insert = """
        INSERT INTO alert_log (alert_id, type, source, subject, severity) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (alert_id) DO NOTHING
        """;

    public Task ReadyAsync(CancellationToken cancellationToken) => rows.ReadyAsync(cancellationToken);

    public async Task HandleAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(message.Required("alert_id"), out var id))
        {
            throw new InvalidStreamMessageException($"Message {message.Id}: 'alert_id' is no UUID.");
        }

        object?[] values = [id, message.Required("type"), message.Required("source"), message.Required("subject"), message.Required("severity")];
        await rows.WriteAsync(Insert, values, cancellationToken);
    }
}
