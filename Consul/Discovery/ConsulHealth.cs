using System.Text.Json;
using XoeNovAi.Consul.Client;

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
