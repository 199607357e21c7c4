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

        var listed = await podman.RunAsync(["images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"], cancellationToken).ConfigureAwait(false);
        var existing = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static line => line.Split(' '))
            .ToLookup(static parts => parts[0], static parts => parts[1], StringComparer.Ordinal);
        var builder = new ServiceImageBuilder(podman, logger, existing);

        // Reading and hashing what was built takes longer than asking podman: all services at once.
        await Task.WhenAll(wanted.Select(service => Task.Run(
            async () =>
            {
                var tag = await builder.EnsureAsync(service.Key, cancellationToken).ConfigureAwait(false);
                foreach (var resource in service)
                {
                    resource.Annotations.OfType<ContainerImageAnnotation>().Last().Tag = tag;
                }
            },
            cancellationToken))).ConfigureAwait(false);
    }
}
