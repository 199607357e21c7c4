using System.Text.Json.Serialization;

namespace XoeNovAi.Oikos;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoutingDecision))]
[JsonSerializable(typeof(Session))]
[JsonSerializable(typeof(CouncilInsight))]
internal sealed partial class OikosJsonContext : JsonSerializerContext;
