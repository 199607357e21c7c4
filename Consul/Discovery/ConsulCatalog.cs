using System.Text.Json.Serialization;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Discovery;

/// <summary>All nodes and services. What is written here no agent knows: nobody checks it, and nobody takes it out.</summary>
public sealed class ConsulCatalog
{
    private readonly ConsulTransport _transport;

    internal ConsulCatalog(ConsulTransport transport) => _transport = transport;

    /// <summary>The services.</summary>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Their names, each with all tags of its instances.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task<ConsulAnswer<IReadOnlyDictionary<string, IReadOnlyList<string>>>> ServicesAsync(QueryOptions options, CancellationToken cancellationToken) =>
        _transport.GetAsync(new("catalog/services"), options, ConsulJsonContext.Default.IReadOnlyDictionaryStringIReadOnlyListString, cancellationToken);

    /// <summary>Registers a node that has no agent, with an instance on it.</summary>
    /// <param name="registration">The node and the instance.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when everybody can find it.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task RegisterAsync(CatalogRegistration registration, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Put, new ConsulPath("catalog/register"), registration, ConsulJsonContext.Default.CatalogRegistration, cancellationToken);

    /// <summary>Takes an instance out, or a node with all its instances.</summary>
    /// <param name="node">The name of the node.</param>
    /// <param name="serviceId">The id of the instance; null for the node.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when nobody finds it any more.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task DeregisterAsync(string node, string? serviceId, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Put, new ConsulPath("catalog/deregister"), new(node, serviceId), ConsulJsonContext.Default.CatalogDeregistration, cancellationToken);
}

/// <summary>A node that has no agent, with an instance on it.</summary>
/// <param name="Node">The name of the node.</param>
/// <param name="Address">Its address.</param>
/// <param name="Service">The instance.</param>
public sealed record CatalogRegistration(string Node, string Address, CatalogService Service);

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

/// <summary>What is taken out of the catalog.</summary>
/// <param name="Node">The name of the node.</param>
/// <param name="ServiceId">The id of the instance; null for the whole node.</param>
internal sealed record CatalogDeregistration(string Node, [property: JsonPropertyName("ServiceID")] string? ServiceId);
