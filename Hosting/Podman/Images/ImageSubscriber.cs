using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>Makes the services' images before anything starts, where their content has changed.</summary>
internal sealed class ImageSubscriber(PodmanCli podman, ILogger<ImageSubscriber> logger) : IDistributedApplicationEventingSubscriber
{
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((@event, token) => BuildAsync(@event.Model, token));
        return Task.CompletedTask;
    }

    private async Task BuildAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var wanted = model.Resources.Where(static r => r.Annotations.OfType<ServiceImageAnnotation>().Any())
            .GroupBy(static r => r.Annotations.OfType<ServiceImageAnnotation>().Last())
            .ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        var builder = new ServiceImageBuilder(podman, logger);
        var listed = await podman.RunAsync(["images", "--format", "{{.Repository}}:{{.Tag}}"], cancellationToken).ConfigureAwait(false);
        var existing = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
        foreach (var service in wanted)
        {
            var tag = await builder.EnsureAsync(service.Key, existing, cancellationToken).ConfigureAwait(false);
            foreach (var resource in service)
            {
                resource.Annotations.OfType<ContainerImageAnnotation>().Last().Tag = tag;
            }
        }
    }
}
