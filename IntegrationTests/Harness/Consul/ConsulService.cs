using System.Text.Json.Serialization;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>The registration of an instance.</summary>
internal sealed record ConsulService(
    [property: JsonPropertyName("ID")] string Id,
    [property: JsonPropertyName("Service")] string Name,
    string Address,
    int Port,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> Meta,
    IReadOnlyDictionary<string, ConsulAddress> TaggedAddresses);
