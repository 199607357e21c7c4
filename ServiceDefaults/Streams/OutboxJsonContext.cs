using System.Text.Json.Serialization;

namespace XoeNovAi.ServiceDefaults.Streams;

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class OutboxJsonContext : JsonSerializerContext;
