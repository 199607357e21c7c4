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
            if (NetworkAttachment.Reservation is { } reservation)
            {
                foreach (var container in @event.Model.Resources.OfType<ContainerResource>().Where(static c => c.GetPodmanNetworks().Any()))
                {
                    loggers.GetLogger(container).LogWarning("{Reservation}", reservation);
                }
            }

            return networks.CreateAsync([.. @event.Model.Resources.OfType<PodmanNetworkResource>()], token);
        });
        eventing.Subscribe<ResourceReadyEvent>((@event, _) =>
        {
            networks.HoldBridges(@event.Resource.GetPodmanNetworks());
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }
}
