using System.Collections.Immutable;
using XoeNovAi.ServiceDefaults.Consul;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace XoeNovAi.Gateway.Routing;

/// <summary>The routes of the configuration with the destinations Consul pushes.</summary>
internal sealed class ConsulProxyConfigProvider(
    GatewayOptions options,
    ServiceCatalog catalog,
    ILogger<ConsulProxyConfigProvider> logger) : BackgroundService, IProxyConfigProvider
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<RouteConfig> _routes = RouteTable.Build(options);
    private ImmutableDictionary<string, IReadOnlyList<ServiceInstance>> _instances =
        options.Routes.Select(route => route.Service).Distinct(StringComparer.OrdinalIgnoreCase)
            .ToImmutableDictionary(service => service, _ => (IReadOnlyList<ServiceInstance>)[], StringComparer.OrdinalIgnoreCase);

    private ConsulProxyConfig? _current;

    public IProxyConfig GetConfig()
    {
        lock (_gate)
        {
            return _current ??= Build();
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_instances.Keys.Select(service => FollowAsync(service, stoppingToken)));

    private async Task FollowAsync(string service, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var instances in catalog.WatchAsync(service, cancellationToken))
            {
                Replace(service, instances);
                logger.LogInformation("{Service} is at {Instances}", service,
                    instances.Count == 0 ? "no instance" : string.Join(", ", instances.Select(instance => $"{instance.Id} {instance.Host}:{instance.Port}")));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private void Replace(string service, IReadOnlyList<ServiceInstance> instances)
    {
        ConsulProxyConfig? old;
        lock (_gate)
        {
            _instances = _instances.SetItem(service, instances);
            old = _current;
            _current = Build();
        }

        old?.Replace();
    }

    private ConsulProxyConfig Build() => new(_routes, [.. _instances.Select(pair => Cluster(pair.Key, pair.Value))]);

    private ClusterConfig Cluster(string service, IReadOnlyList<ServiceInstance> instances)
    {
        var settings = options.Services.TryGetValue(service, out var found) ? found : new GatewayService();
        return new ClusterConfig
        {
            ClusterId = service,
            LoadBalancingPolicy = settings.LoadBalancing,
            SessionAffinity = settings.AffinityCookie is null ? null : new SessionAffinityConfig
            {
                Enabled = true,
                Policy = "HashCookie",
                FailurePolicy = "Redistribute",
                AffinityKeyName = settings.AffinityCookie,
                Cookie = new SessionAffinityCookieConfig { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" },
            },
            HealthCheck = new HealthCheckConfig
            {
                // When every instance was unreachable a moment ago, trying is still better than refusing.
                AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate },
            },
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = options.IdleTimeout },
            Destinations = instances.ToDictionary(
                instance => instance.Id,
                instance => new DestinationConfig { Address = new UriBuilder("http", instance.Host, instance.Port).Uri.AbsoluteUri }),
        };
    }
}
