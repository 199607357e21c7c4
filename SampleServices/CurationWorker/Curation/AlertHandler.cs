using Npgsql;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Writes one row per alert; the alert's own id makes a second delivery change nothing.</summary>
internal sealed class AlertHandler(NpgsqlDataSource database, PostgresSchema schema) : IStreamHandler
{
    private const string Insert = """
        INSERT INTO alert_log (alert_id, type, source, subject, severity) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (alert_id) DO NOTHING
        """;

    private static readonly string[] Texts = ["type", "source", "subject", "severity"];

    public async Task HandleAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(message.Required("alert_id"), out var id))
        {
            throw new InvalidStreamMessageException($"Message {message.Id}: 'alert_id' is no UUID.");
        }

        await schema.WaitAsync(cancellationToken);
        await using var command = database.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        foreach (var text in Texts)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Required(text) });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
