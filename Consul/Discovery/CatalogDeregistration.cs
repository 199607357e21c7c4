using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Discovery;

/// <summary>What is taken out of the catalog.</summary>
/// <param name="Node">The name of the node.</param>
/// <param name="ServiceId">The id of the instance; null for the whole node.</param>
internal sealed record CatalogDeregistration(string Node, [property: JsonPropertyName("ServiceID")] string? ServiceId);
