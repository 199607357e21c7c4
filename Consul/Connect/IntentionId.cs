using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Connect;

/// <summary>The answer to the making of an intention.</summary>
/// <param name="Id">Its id.</param>
internal sealed record IntentionId([property: JsonPropertyName("ID")] string Id);
