using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Discovery;

/// <summary>A check of an instance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status"><c>passing</c>, <c>warning</c> or <c>critical</c>.</param>
/// <param name="Output">What was seen last.</param>
public sealed record HealthCheck([property: JsonPropertyName("CheckID")] string Id, string Status, string Output);
