using System.Text.Json.Serialization;

namespace XoeNovAi.MemoryBank.Memory;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MemoryCopy))]
internal sealed partial class MemoryJsonContext : JsonSerializerContext;
