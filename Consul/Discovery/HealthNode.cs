using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Discovery;

/// <summary>The node of an instance.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address.</param>
public sealed record HealthNode([property: JsonPropertyName("Node")] string Name, string Address);
