using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>Adds services outside of the application.</summary>
public static class ExternalServiceBuilderExtensions
{
    /// <summary>Adds a service outside of the application.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="url">Its address: absolute, with the root as its path.</param>
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, string url)
        => Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? builder.AddExternalService(name, uri)
            : throw new ArgumentException($"The URL '{url}' of external service '{name}' is not absolute.", nameof(url));

    /// <summary>Adds a service outside of the application.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="uri">Its address: absolute, with the root as its path.</param>
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, Uri uri)
        => builder.Add(new(name, uri)).WithUrl(uri.ToString());

    /// <summary>Adds a service outside of the application.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="urlParameter">Has its address.</param>
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> urlParameter)
        => builder.Add(new(name, urlParameter.Resource)).WithUrl(ReferenceExpression.Create($"{urlParameter.Resource}"));

    /// <summary>Adds a health check that asks over HTTP.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="path">What is asked for; the root by default.</param>
    /// <param name="statusCode">The answer that counts as healthy; 200 by default.</param>
    public static IResourceBuilder<ExternalServiceResource> WithHttpHealthCheck(this IResourceBuilder<ExternalServiceResource> builder, string? path = null, int? statusCode = null)
    {
        var service = builder.Resource;
        if (service.Uri is { Scheme: not ("http" or "https") })
        {
            throw new ArgumentException($"The URL '{service.Uri}' of external service '{service.Name}' cannot be asked over HTTP.", nameof(builder));
        }

        var expected = statusCode ?? 200;
        var key = $"{service.Name}_external{(path is null ? string.Empty : $"_{path}")}_{expected}_check";
        builder.ApplicationBuilder.Services.AddHttpClient(HttpHealthCheck.ClientName);
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new HttpHealthCheck(services.GetRequiredService<IHttpClientFactory>(), async ct => (await service.GetUriAsync(ct).ConfigureAwait(false)).ToString(), path ?? "/", expected),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    private static IResourceBuilder<ExternalServiceResource> Add(this IDistributedApplicationBuilder builder, ExternalServiceResource service)
        => builder.AddResource(service)
            .WithInitialState(new() { ResourceType = "ExternalService", Properties = [], State = KnownResourceStates.Waiting })
            .ExcludeFromManifest()
            .OnInitializeResource(async (resource, @event, cancellationToken) =>
            {
                try
                {
                    var uri = await resource.GetUriAsync(cancellationToken).ConfigureAwait(false);
                    await @event.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, @event.Services), cancellationToken).ConfigureAwait(false);
                    await @event.Notifications.PublishUpdateAsync(resource, s => s with
                    {
                        State = KnownResourceStates.Running,
                        Properties = [.. s.Properties, new(CustomResourceKnownProperties.Source, uri.Host)],
                    }).ConfigureAwait(false);
                }
                catch (DistributedApplicationException exception)
                {
                    @event.Logger.LogError("{Reason}", exception.Message);
                    await @event.Notifications.PublishUpdateAsync(resource, static s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) }).ConfigureAwait(false);
                }
            });
}
