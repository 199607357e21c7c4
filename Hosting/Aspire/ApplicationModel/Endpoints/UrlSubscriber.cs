using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Puts the addresses together that the dashboard shows of a resource: its endpoints', and what the model says of them.</summary>
internal sealed class UrlSubscriber(ResourceNotificationService notifications, ResourceLoggerService loggers) : IDistributedApplicationEventingSubscriber
{
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<ResourceEndpointsAllocatedEvent>((@event, token) => ShowAsync(@event.Resource, executionContext, token));
        eventing.Subscribe<InitializeResourceEvent>((@event, token)
            => @event.Resource is IResourceWithEndpoints ? Task.CompletedTask : ShowAsync(@event.Resource, executionContext, token));
        return Task.CompletedTask;
    }

    private async Task ShowAsync(IResource resource, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var callbacks = resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>().ToList();
        var declared = resource.Annotations.OfType<ResourceUrlAnnotation>().ToList();
        if ((callbacks.Count == 0 && declared.Count == 0) || resource.HasAnnotationOfType<ResourceUrls>())
        {
            return;
        }

        var endpoints = resource is IResourceWithEndpoints listening
            ? resource.Annotations.OfType<EndpointAnnotation>()
                .Where(static e => e.AllocatedEndpoint is not null)
                .Select(e => new ResourceUrlAnnotation { Url = e.AllocatedEndpoint!.UriString, Endpoint = new EndpointReference(listening, e) })
            : [];
        var logger = loggers.GetLogger(resource);
        var context = new ResourceUrlsCallbackContext(executionContext, resource, [.. endpoints, .. declared], cancellationToken) { Logger = logger };
        foreach (var callback in callbacks)
        {
            try
            {
                await callback.Callback(context).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "The addresses of '{Resource}' could not be changed.", resource.Name);
            }
        }

        foreach (var old in declared)
        {
            resource.Annotations.Remove(old);
        }

        foreach (var url in context.Urls)
        {
            resource.Annotations.Add(url);
        }

        var shown = new ResourceUrls(context.Urls);
        resource.Annotations.Add(shown);
        foreach (var instance in notifications.InstancesOf(resource))
        {
            await notifications.PublishUpdateAsync(resource, instance.ResourceId, s => s with { Urls = shown.Snapshot(s.State?.Text == KnownResourceStates.Running) }).ConfigureAwait(false);
        }
    }
}
