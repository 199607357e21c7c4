using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;

namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Makes the networks before anything starts.</summary>
internal sealed class NetworkSubscriber(PodmanNetworks networks, ResourceLoggerService loggers) : IDistributedApplicationEventingSubscriber
{
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((@event, token) =>
        {
            foreach (var container in @event.Model.Resources.OfType<ContainerResource>().Where(static c => c.GetPodmanNetworks().Any()))
            {
                NetworkAttachment.Explain(container, loggers);
            }

            return networks.CreateAsync([.. @event.Model.Resources.OfType<PodmanNetworkResource>()], token);
        });
        return Task.CompletedTask;
    }
}
