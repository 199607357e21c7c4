using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Services;

namespace XoeNovAi.Hosting.Podman;

/// <summary>Makes what has to be there before anything starts: networks and the services' programs.</summary>
internal sealed class PreparationSubscriber(PodmanNetworks networks, ServiceOutputs outputs, ResourceLoggerService loggers) : IDistributedApplicationEventingSubscriber
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

            // Independent of each other: at once.
            return Task.WhenAll(
                networks.CreateAsync([.. @event.Model.Resources.OfType<PodmanNetworkResource>()], NamesWithDots(@event.Model), token),
                outputs.EnsureAsync(@event.Model, token));
        });
        eventing.Subscribe<ResourceReadyEvent>((@event, _) =>
        {
            networks.HoldBridges(@event.Resource.GetPodmanNetworks());
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    // The tunnel to the host's services has such a name as well.
    private static IEnumerable<string> NamesWithDots(DistributedApplicationModel model)
        => model.Resources.SelectMany(static r => r.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias).Concat(NetworkAttachment.AliasesOf(r)))
            .Append(KnownHostNames.DefaultContainerTunnelHostName)
            .Where(static n => n.Contains('.', StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);
}
