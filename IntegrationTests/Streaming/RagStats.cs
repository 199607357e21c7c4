using System.Text.Json.Serialization;

namespace XoeNovAi.IntegrationTests.Streaming;

/// <summary><c>/ws/stats</c> of one instance.</summary>
internal sealed record RagStats(
    [property: JsonPropertyName("total_connections")] int TotalConnections,
    [property: JsonPropertyName("active_streams")] int ActiveStreams);
