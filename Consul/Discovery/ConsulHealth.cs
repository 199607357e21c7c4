using System.Text.Json;
using System.Text.Json.Serialization;
using XoeNovAi.Consul.Client;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.Consul.Discovery;

/// <summary>Services with the state of their checks.</summary>
public sealed class ConsulHealth
{
    private readonly ConsulTransport _transport;

    internal ConsulHealth(ConsulTransport transport) => _transport = transport;

    /// <summary>The instances of a service.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="query">Which of them; null for all.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The instances, none when there is no such service.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task<ConsulAnswer<IReadOnlyList<HealthEntry>>> InstancesAsync(string service, HealthQuery? query, QueryOptions options, CancellationToken cancellationToken) =>
        _transport.GetAsync(PathOf(service, query ?? new()), options, ConsulJsonContext.Default.IReadOnlyListHealthEntry, cancellationToken);

    /// <summary>The passing ones. Each is what somebody wrote, so each is read for itself.</summary>
    internal Task<ConsulAnswer<IReadOnlyList<JsonElement>>> PassingAsync(string service, QueryOptions options, CancellationToken cancellationToken) =>
        _transport.GetAsync(PathOf(service, new() { Passing = true }), options, ConsulJsonContext.Default.IReadOnlyListJsonElement, cancellationToken);

    private static ConsulPath PathOf(string service, HealthQuery query)
    {
        var path = new ConsulPath("health/service/", service).With("tag", query.Tag).With("filter", query.Filter);
        return query.Passing ? path.With("passing") : path;
    }
}

/// <summary>An instance of a service with its checks.</summary>
/// <param name="Node">Where it is registered.</param>
/// <param name="Service">The instance.</param>
/// <param name="Checks">Its checks, those of the node among them.</param>
public sealed record HealthEntry(HealthNode Node, HealthService Service, IReadOnlyList<HealthCheck> Checks)
{
    /// <summary>Whether every check passes.</summary>
    public bool IsPassing => Checks.All(static check => check.Status == "passing");

    /// <summary>Where it is: a service that names no address is at its node's.</summary>
    public string Address => Service.Address.Length > 0 ? Service.Address : Node.Address;
}

/// <summary>The node of an instance.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address.</param>
public sealed record HealthNode([property: JsonPropertyName("Node")] string Name, string Address);

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

/// <summary>A check of an instance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status"><c>passing</c>, <c>warning</c> or <c>critical</c>.</param>
/// <param name="Output">What was seen last.</param>
public sealed record HealthCheck([property: JsonPropertyName("CheckID")] string Id, string Status, string Output);

/// <summary>Which instances of a service are asked for.</summary>
public sealed record HealthQuery
{
    /// <summary>Only those all of whose checks pass.</summary>
    public bool Passing { get; init; }

    /// <summary>Only those with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only those for which this expression of Consul holds, such as <c>Service.Meta.version == "1"</c>.</summary>
    public string? Filter { get; init; }
}
