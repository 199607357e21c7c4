using System.Text.Json.Serialization;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>The node an instance is on.</summary>
internal sealed record ConsulNode([property: JsonPropertyName("Node")] string Name, string Address);
