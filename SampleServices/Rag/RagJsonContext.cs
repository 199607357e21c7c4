using System.Text.Json.Serialization;
using XoeNovAi.Rag.Errors;
using XoeNovAi.Rag.Health;
using XoeNovAi.Rag.Queries;

namespace XoeNovAi.Rag;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(QueryResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class RagJsonContext : JsonSerializerContext;
