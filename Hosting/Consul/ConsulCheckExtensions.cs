using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XoeNovAi.Hosting.Consul;

/// <summary>Has Aspire ask Consul how it is.</summary>
internal static class ConsulCheckExtensions
{
    /// <summary>Healthy when there is a leader, and whoever is asked knows it.</summary>
    public static IResourceBuilder<T> WithLeaderCheck<T>(this IResourceBuilder<T> builder, ConsulResource consul, EndpointReference endpoint)
        where T : ContainerResource
        => builder.WithCheck(consul, "leader", client => new ConsulLeaderHealthCheck(endpoint, client));

    /// <summary>Healthy when the services' tokens are known.</summary>
    public static IResourceBuilder<ConsulResource> WithTokenCheck(this IResourceBuilder<ConsulResource> builder, ConsulAccessControl access)
        => builder.WithCheck(builder.Resource, "tokens", client => new ConsulTokenHealthCheck(builder.Resource, access, client));

    private static IResourceBuilder<T> WithCheck<T>(this IResourceBuilder<T> builder, ConsulResource consul, string what, Func<Func<HttpClient>, IHealthCheck> create)
        where T : ContainerResource
    {
        var name = $"{builder.Resource.Name}_{what}_check";
        builder.ApplicationBuilder.Services.AddHttpClient(name).RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => ConsulTls.CreateHandler(consul));
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, services => create(() => services.GetRequiredService<IHttpClientFactory>().CreateClient(name)), failureStatus: null, tags: null));
        return builder.WithHealthCheck(name);
    }
}
