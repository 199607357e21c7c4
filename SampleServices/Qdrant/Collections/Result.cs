using System.Text.Json.Serialization;

namespace XoeNovAi.Qdrant.Collections;

/// <summary>What every answer is wrapped in.</summary>
internal sealed record Result<T>([property: JsonPropertyName("result")] T Value, double Time, string Status = "ok");
