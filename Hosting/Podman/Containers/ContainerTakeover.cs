using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Model;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>
/// Takes the containers of a model over from DCP before anything starts. DCP runs what carries an image's annotation;
/// without it, a container is a resource with a life of its own, which Aspire has events for.
/// </summary>
internal sealed class ContainerTakeover(ContainerHost host, ContainerStarter starter, PersistentContainers persistent, HiddenEndpoints endpoints, HeldPorts held, IConfiguration configuration) : IDistributedApplicationEventingSubscriber
{
    private const string RandomizePorts = "DcpPublisher:RandomizePorts";

    /// <inheritdoc />
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        // Here and not at once: whatever else prepares the model has subscribed before.
        if (executionContext.IsRunMode)
        {
            eventing.Subscribe<BeforeStartEvent>((@event, token) => TakeOverAsync(@event.Model, token));
        }

        return Task.CompletedTask;
    }

    private async Task TakeOverAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var containers = model.Resources.OfType<ContainerResource>().Where(static c => c.IsContainer()).ToList();
        if (model.Resources.FirstOrDefault(r => r.IsContainer() && r is not ContainerResource) is { } other)
        {
            throw new DistributedApplicationException($"'{other.Name}' has an image but is a '{other.GetType().Name}', which cannot run on rootless Podman. Add it with AddContainer.");
        }

        foreach (var container in containers)
        {
            Unsupported.Refuse(container);
        }

        var ports = new Dictionary<EndpointAnnotation, int>();
        foreach (var container in containers.Where(PersistentOwner.Includes))
        {
            foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
            {
                // What an earlier run has left keeps its ports: with others it would have to be made anew.
                if (await persistent.PortOfAsync(starter.NameOf(container), endpoint, cancellationToken).ConfigureAwait(false) is { } port)
                {
                    ports[endpoint] = port;
                }
            }
        }

        new EndpointAllocation(configuration.GetValue<bool>(RandomizePorts), held).Allocate(model, containers, (_, endpoint) => ports.TryGetValue(endpoint, out var port) ? port : null);
        foreach (var container in containers)
        {
            container.TryGetContainerImageName(out var image);
            foreach (var annotation in container.Annotations.OfType<ContainerImageAnnotation>().ToList())
            {
                container.Annotations.Remove(annotation);
            }

            container.Annotations.Add(new PodmanImageAnnotation(image ?? throw new DistributedApplicationException($"Container '{container.Name}' has no image. Give it one with WithImage.")));
        }

        endpoints.Hide(containers);
        host.Begin(model, containers);
    }
}
