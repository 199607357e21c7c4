using System.Text.Json.Serialization;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>A check of an instance.</summary>
internal sealed record ConsulCheck([property: JsonPropertyName("CheckID")] string Id, string Status, string Output);
