using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;
using XoeNovAi.Consul.Client;
using XoeNovAi.Consul.Discovery;
using XoeNovAi.Consul.KeyValues;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.Consul;

/// <summary>Adds Consul to an application.</summary>
public static class ConsulServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="ConsulClient"/>, the <see cref="ServiceCatalog"/>, the <see cref="KeyValueStore"/>, and service discovery: an
    /// <see cref="HttpClient"/> with <c>AddServiceDiscovery()</c> finds the instances of <c>http://name</c>. What the configuration says
    /// of a name (<c>Services:name:http</c>) goes before.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="options">Which Consul; null when there is none: then nothing is found.</param>
    /// <param name="view">The tagged address through which others are called; an instance without it, and all when it is null, by their address.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddConsul(this IServiceCollection services, ConsulClientOptions? options, string? view = null)
    {
        if (options is not null)
        {
            services.AddSingleton(_ => new ConsulClient(options));
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new ServiceCatalog(
            provider.GetService<ConsulClient>(), view, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ServiceCatalog>>()));
        services.AddSingleton(static provider => new KeyValueStore(
            provider.GetService<ConsulClient>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KeyValueStore>>()));
        services.AddSingleton<WatchedServices>();
        services.AddServiceDiscoveryCore().AddConfigurationServiceEndpointProvider();
        return services.AddSingleton<IServiceEndpointProviderFactory, ConsulEndpointProviderFactory>();
    }

    /// <summary>Keeps this application registered from the moment it listens until it stops, also when Consul forgets it in between.</summary>
    /// <param name="services">The services of the application, which have a Consul.</param>
    /// <param name="registration">What it is registered as.</param>
    /// <param name="drainTime">How long it goes on answering after it has left Consul, while those who watch learn of it.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddConsulRegistration(this IServiceCollection services, ServiceRegistration registration, TimeSpan drainTime) =>
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<ConsulRegistrar>(provider, registration, drainTime));
}
