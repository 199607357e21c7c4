using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using XoeNovAi.AppHost.Configuration;

namespace XoeNovAi.AppHost.Services;

/// <summary>Refuses settings of a service the stack does not have, as a mistyped name would otherwise be ignored.</summary>
internal sealed class ServiceNames(StackOptions options, IEnumerable<StackServiceName> services) : IDistributedApplicationEventingSubscriber
{
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            var known = services.Select(static s => s.Name).ToList();
            return options.Services.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown
                ? throw new DistributedApplicationException($"'{StackOptions.Section}:{nameof(StackOptions.Services)}:{unknown}' is not a service of the stack. There are: {string.Join(", ", known)}.")
                : Task.CompletedTask;
        });
        return Task.CompletedTask;
    }
}

/// <summary>The name of a service of the stack, whether it runs or is left out.</summary>
internal sealed record StackServiceName(string Name);
