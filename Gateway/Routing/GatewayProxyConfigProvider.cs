using System.Collections.Immutable;
using System.Globalization;
using XoeNovAi.Consul.Discovery;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.ServiceDefaults.Lifetime;
using Yarp.ReverseProxy.Configuration;

namespace XoeNovAi.Gateway.Routing;

/// <summary>The routes of the configuration with the destinations Consul pushes. A change of either replaces both at once.</summary>
internal sealed class GatewayProxyConfigProvider : BackgroundService, IProxyConfigProvider
{
    private const int MostNamed = 10;

    private readonly GatewaySettings _settings;
    private readonly ServiceCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger<GatewayProxyConfigProvider> _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _followed = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<RouteConfig> _routes = [];
    private ImmutableDictionary<string, IReadOnlyList<ServiceInstance>> _instances =
        ImmutableDictionary.Create<string, IReadOnlyList<ServiceInstance>>(StringComparer.OrdinalIgnoreCase);

    private GatewayOptions? _routesOf;
    private GatewayProxyConfig? _current;
    private CancellationToken _stopping;

    public GatewayProxyConfigProvider(GatewaySettings settings, ServiceCatalog catalog, TimeProvider time, ILogger<GatewayProxyConfigProvider> logger)
    {
        _settings = settings;
        _catalog = catalog;
        _time = time;
        _logger = logger;
        settings.Changed += OnSettingsChanged;
    }

    public IProxyConfig GetConfig()
    {
        lock (_gate)
        {
            return _current ??= Build();
        }
    }

    public override void Dispose()
    {
        _settings.Changed -= OnSettingsChanged;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        Follow();
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] followed;
        lock (_gate)
        {
            followed = [.. _followed.Values];
        }

        // None of them fails, and each that ended by mistake was begun again.
        await Task.WhenAll(followed);
    }

    private void OnSettingsChanged()
    {
        Replace();
        if (_stopping.CanBeCanceled)
        {
            Follow();
        }
    }

    // A service that is in no route any more goes on being followed: routes may name it again.
    private void Follow()
    {
        var options = _settings.Current;
        lock (_gate)
        {
            foreach (var service in options.Routes.Select(route => route.Service).Where(service => StaticDestinations(options, service) is null && !_followed.ContainsKey(service)))
            {
                // On a thread of its own: what it does first takes the same lock.
                _followed.Add(service, Task.Run(
                    () => Supervision.KeepAsync($"Following {service}", token => FollowAsync(service, token), _logger, _time, _stopping), CancellationToken.None));
            }
        }
    }

    private async Task FollowAsync(string service, CancellationToken cancellationToken)
    {
        await foreach (var instances in _catalog.WatchAsync(service, cancellationToken))
        {
            lock (_gate)
            {
                _instances = _instances.SetItem(service, instances);
            }

            Replace();
            _logger.LogInformation("{Service} is at {Instances}", service, Describe(instances));
        }
    }

    private static string Describe(IReadOnlyList<ServiceInstance> instances)
    {
        var named = string.Join(", ", instances.Take(MostNamed).Select(instance => $"{instance.Id} {instance.Host}:{instance.Port}"));
        return instances.Count == 0 ? "no instance" : instances.Count > MostNamed ? $"{named} and {instances.Count - MostNamed} more" : named;
    }

    private void Replace()
    {
        GatewayProxyConfig? old;
        lock (_gate)
        {
            old = _current;
            _current = Build();
        }

        old?.Replace();
    }

    private GatewayProxyConfig Build()
    {
        var options = _settings.Current;
        if (_routesOf != options)
        {
            // Equal objects for equal routes: YARP then has nothing to rebuild when only destinations change.
            _routes = RouteTable.Build(options);
            _routesOf = options;
        }

        var clusters = options.Routes.Select(route => route.Service).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(service => ClusterTable.Build(service, options, Destinations(options, service)));
        return new(_routes, [.. clusters]);
    }

    private IReadOnlyDictionary<string, DestinationConfig> Destinations(GatewayOptions options, string service) =>
        StaticDestinations(options, service) is { } addresses
            ? addresses.Index().ToDictionary(
                pair => string.Create(CultureInfo.InvariantCulture, $"{service}-{pair.Index + 1}"),
                pair => new DestinationConfig { Address = pair.Item })
            : _instances.GetValueOrDefault(service, []).ToDictionary(
                instance => instance.Id,
                instance => new DestinationConfig { Address = new UriBuilder("http", instance.Host, instance.Port).Uri.AbsoluteUri });

    private static string[]? StaticDestinations(GatewayOptions options, string service) =>
        options.Services.TryGetValue(service, out var settings) && settings.Destinations.Length > 0 ? settings.Destinations : null;
}
