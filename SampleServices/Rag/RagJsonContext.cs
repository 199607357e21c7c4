using System.Text.Json.Serialization;
using XoeNovAi.Rag.Health;
using XoeNovAi.Rag.Queries;
using XoeNovAi.Rag.Resilience;
using XoeNovAi.Rag.Rooms;
using XoeNovAi.Rag.Search;
using XoeNovAi.Rag.Streaming;

namespace XoeNovAi.Rag;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(QueryResponse))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(LlmError))]
[JsonSerializable(typeof(StreamEvent))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(FoundPoints))]
[JsonSerializable(typeof(PointSearch))]
[JsonSerializable(typeof(NewCollection))]
[JsonSerializable(typeof(NewPoints))]
[JsonSerializable(typeof(RoomStats))]
internal sealed partial class RagJsonContext : JsonSerializerContext;
