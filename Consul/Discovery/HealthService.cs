using System.Text.Json.Serialization;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.Consul.Discovery;

/// <summary>The registration of an instance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name of the service.</param>
/// <param name="Address">Where it is called; empty for the node's address.</param>
/// <param name="Port">The port there.</param>
/// <param name="Tags">What it is found by.</param>
/// <param name="Meta">What else is known of it.</param>
/// <param name="TaggedAddresses">Where it is called from elsewhere.</param>
public sealed record HealthService(
    [property: JsonPropertyName("ID")] string Id,
    [property: JsonPropertyName("Service")] string Name,
    string Address,
    int Port,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> Meta,
    IReadOnlyDictionary<string, ServiceAddress> TaggedAddresses);
