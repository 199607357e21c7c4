using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;

namespace XoeNovAi.AppHost.Services;

/// <summary>Refuses values for parameters the stack does not have: a mistyped name would otherwise be ignored.</summary>
internal sealed class ParameterNames(IConfiguration configuration) : IDistributedApplicationEventingSubscriber
{
    private const string Section = "Parameters";

    // Passwords are parameters of their servers, not resources of their own.
    private static readonly string[] Implied = ["postgres-password", "redis-password"];

    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((@event, _) =>
        {
            var known = @event.Model.Resources.OfType<ParameterResource>().Select(static p => p.Name).Concat(Implied).ToList();
            var unknown = configuration.GetSection(Section).GetChildren().FirstOrDefault(c => !known.Contains(c.Key.Replace('_', '-'), StringComparer.OrdinalIgnoreCase));
            return unknown is null
                ? Task.CompletedTask
                : throw new DistributedApplicationException($"'{unknown.Path}' is not a parameter of the stack. There are: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        });
        return Task.CompletedTask;
    }
}
