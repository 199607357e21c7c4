using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;

namespace XoeNovAi.ServiceDefaults.Consul;

internal static class ConsulExtensions
{
    // Consul's own command reads it as well.
    private const string TokenKey = "CONSUL_HTTP_TOKEN";

    // Where several views are given, others call this one unless they ask for a view of their own.
    private static readonly string[] Preference = ["app", "db", "host"];

    public static void AddConsulDiscovery(this WebApplicationBuilder builder)
    {
        var options = DiscoveryOptions.Bind(builder.Configuration);
        var address = builder.Configuration.GetConnectionString("consul");
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(services => new ServiceCatalog(
            services.GetService<ConsulClient>(), options,
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ServiceCatalog>>()));
        builder.Services.AddSingleton(services => new KeyValueStore(
            services.GetService<ConsulClient>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<KeyValueStore>>()));

        builder.Services.AddSingleton<WatchedServices>();
        builder.Services.AddServiceDiscoveryCore().AddConfigurationServiceEndpointProvider();
        builder.Services.AddSingleton<IServiceEndpointProviderFactory, ConsulEndpointProviderFactory>();
        if (string.IsNullOrEmpty(address))
        {
            builder.Services.AddHostedService<NoConsulNotice>();
            return;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException($"ConnectionStrings:consul is '{address}'. Write it like http://consul:8500.");
        }

        builder.Services.AddSingleton(_ => new ConsulClient(uri, builder.Configuration[TokenKey]));
        if (options.Service is not null)
        {
            var registration = Registration(options);
            builder.Services.AddSingleton<IHostedService>(services =>
                ActivatorUtilities.CreateInstance<ConsulRegistrar>(services, registration));
        }
    }

    internal static AgentServiceRegistration Registration(DiscoveryOptions options)
    {
        Require(options.CheckInterval > TimeSpan.Zero, "CheckInterval", options.CheckInterval, "a time above zero, e.g. 00:00:01");
        Require(options.CheckTimeout > TimeSpan.Zero, "CheckTimeout", options.CheckTimeout, "a time above zero, e.g. 00:00:01");
        Require(options.CheckPath.StartsWith('/'), "CheckPath", options.CheckPath, "a path, e.g. /health");
        Require(options.Addresses.Count > 0, "Addresses", "empty", $"at least one of {string.Join(", ", Preference)}, e.g. {DiscoveryOptions.Section}:Addresses:app = 10.89.0.0/24");
        foreach (var view in options.Addresses.Keys)
        {
            Require(Preference.Contains(view, StringComparer.OrdinalIgnoreCase), $"Addresses:{view}", "no view", $"one of {string.Join(", ", Preference)}");
        }

        var own = AddressResolver.OwnAddresses();
        var addresses = options.Addresses.ToDictionary(
            pair => pair.Key.ToLowerInvariant(), pair => AddressResolver.Resolve(pair.Key, pair.Value, options.Port, own));
        var main = Preference.Select(view => addresses.GetValueOrDefault(view)).First(found => found is not null)!;
        return new AgentServiceRegistration
        {
            ID = options.ServiceId,
            Name = options.Service!,
            Address = main.Address,
            Port = main.Port,
            Tags = options.Tags,
            Meta = options.Meta,
            TaggedAddresses = addresses,
            Checks =
            [
                new AgentServiceCheck
                {
                    CheckID = $"service:{options.ServiceId}",
                    Name = $"HTTP {options.CheckPath}",
                    Http = $"http://{UriHost(main.Address)}:{main.Port}{options.CheckPath}",
                    Interval = ConsulClient.Duration(options.CheckInterval),
                    Timeout = ConsulClient.Duration(options.CheckTimeout),
                    DeregisterCriticalServiceAfter = ConsulClient.Duration(options.DeregisterAfter),
                    // It listens when it registers; waiting for the first check would cost up to one interval.
                    Status = "passing",
                },
            ],
        };
    }

    internal static string UriHost(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;

    private static void Require(bool holds, string key, object value, string cure)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{DiscoveryOptions.Section}:{key} is {value}. It must be {cure}.");
        }
    }
}
