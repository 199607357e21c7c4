using System.Text.Json;
using System.Text.Json.Serialization;
using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>
/// Keeps in PostgreSQL what Redis did not take, beside the row it belongs to and in the same statement. <see cref="OutboxSender"/>
/// publishes it when Redis takes writes again; that may be twice, so consumers must know a message again.
/// </summary>
public sealed class StreamOutbox : IDisposable
{
    private readonly SemaphoreSlim _left = new(0, 1);

    /// <summary>The step that makes the table: <c>stream_outbox (stream, fields)</c>. Every service that uses it names it among its own.</summary>
    public static Migration Migration { get; } = new("streams/1-outbox", """
        CREATE TABLE stream_outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            stream text NOT NULL,
            fields text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now());
        """);

    /// <summary>A message with the trace and the request id it belongs to, as the column <c>fields</c> has it.</summary>
    /// <param name="fields">The message.</param>
    /// <returns>JSON, one text for each field.</returns>
    public static string Pack(IEnumerable<KeyValuePair<string, string>> fields) =>
        JsonSerializer.Serialize(new Dictionary<string, string>(fields.Concat(StreamPublisher.Context())), OutboxJsonContext.Default.DictionaryStringString);

    /// <summary>Says that something was left in the table.</summary>
    public void Wake()
    {
        try
        {
            _left.Release();
        }
        catch (SemaphoreFullException)
        {
            // The sender has been told and has not looked yet.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _left.Dispose();

    internal Task<bool> WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _left.WaitAsync(longest, cancellationToken);

    internal static IReadOnlyDictionary<string, string> Unpack(string fields) =>
        JsonSerializer.Deserialize(fields, OutboxJsonContext.Default.DictionaryStringString) ?? [];
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class OutboxJsonContext : JsonSerializerContext;
