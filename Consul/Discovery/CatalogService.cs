using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Discovery;

/// <summary>An instance on a node that has no agent.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name of the service.</param>
/// <param name="Address">Where it is called.</param>
/// <param name="Port">The port there.</param>
public sealed record CatalogService(
    [property: JsonPropertyName("ID")] string Id,
    [property: JsonPropertyName("Service")] string Name,
    string Address,
    int Port);
