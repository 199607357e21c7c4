using System.Diagnostics;
using System.Globalization;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Keeps which versions of memories there have been; a version is told once however often it is delivered.</summary>
internal sealed class MemorySyncHandler(RowWriter rows) : IStreamHandler
{
    private const string Updated = "context_updated";

    // Two names and a tier; PostgreSQL has no room for much longer keys in an index.
    private const int LongestContext = 300;

    private const string Insert = """
        INSERT INTO memory_sync (context_id, version, agent_id, trace_id) VALUES ($1, $2, $3, $4)
        ON CONFLICT (context_id, version) DO NOTHING
        """;

    public Task ReadyAsync(CancellationToken cancellationToken) => rows.ReadyAsync(cancellationToken);

    public async Task HandleAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        if (message.Required("type") != Updated)
        {
            return;
        }

        if (!int.TryParse(message.Required("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new InvalidStreamMessageException($"Message {message.Id}: 'version' is no whole number.");
        }

        await rows.WriteAsync(
            Insert, [message.Required("context_id", LongestContext), version, message.Required("agent_id"), Activity.Current?.TraceId.ToString()], cancellationToken);
    }
}
