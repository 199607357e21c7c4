using System.Buffers;
using System.Text.Json;

namespace XoeNovAi.Rag.Rooms;

/// <summary>Writes what is sent to agents.</summary>
internal static class RoomMessage
{
    public static ReadOnlyMemory<byte> Create(string type, DateTimeOffset timestamp, Action<Utf8JsonWriter>? write = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write?.Invoke(json);
            json.WriteString("timestamp", timestamp);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
