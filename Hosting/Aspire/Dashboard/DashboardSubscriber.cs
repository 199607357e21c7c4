using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;

namespace Aspire.Hosting.Dashboard;

/// <summary>Adds the dashboard to the model it shows, and says where it is when it answers.</summary>
internal sealed class DashboardSubscriber(DashboardHost dashboard, DashboardOptions options, ILogger<DistributedApplication> logger) : IDistributedApplicationEventingSubscriber
{
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        if (!options.IsEnabled || executionContext.IsPublishMode)
        {
            return Task.CompletedTask;
        }

        eventing.Subscribe<BeforeStartEvent>((@event, _) =>
        {
            @event.Model.Resources.Add(dashboard.Resource);
            return Task.CompletedTask;
        });
        eventing.Subscribe<ResourceReadyEvent>(dashboard.Resource, (_, _) =>
        {
            logger.LogInformation("Login to the dashboard at {Url}", dashboard.LoginUrl);
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }
}
