using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Leadership;

/// <summary>The answer to the making of a session.</summary>
/// <param name="Id">Its id.</param>
internal sealed record SessionId([property: JsonPropertyName("ID")] string Id);
