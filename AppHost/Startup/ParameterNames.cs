using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.AppHost.Startup;

/// <summary>Refuses parameters the stack does not have, as a mistyped name would otherwise be ignored, and empty ones.</summary>
internal sealed class ParameterNames(IConfiguration configuration) : IDistributedApplicationEventingSubscriber
{
    private const string Section = "Parameters";
    private const string NotInConnectionStrings = ";,'\"";

    // Passwords are parameters of their servers, and tokens of Consul, not resources of their own.
    private static readonly string[] Implied = ["postgres-password", "xnai-password", "redis-password"];

    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((@event, _) =>
        {
            var known = @event.Model.Resources.OfType<ParameterResource>().Select(static p => p.Name).Concat(Implied)
                .Concat(@event.Model.Resources.OfType<ConsulResource>().SelectMany(static c => (IEnumerable<ParameterResource>)[.. c.TokenParameters, .. c.GossipKey is { } key ? [key] : (ParameterResource[])[]]).Select(static p => p.Name))
                .ToList();
            var given = configuration.GetSection(Section).GetChildren().ToList();
            if (given.Find(c => !known.Contains(c.Key.Replace('_', '-'), StringComparer.OrdinalIgnoreCase)) is { } unknown)
            {
                throw new DistributedApplicationException($"'{unknown.Path}' is not a parameter of the stack. There are: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }

            if (given.Find(static c => c.Key.EndsWith("password", StringComparison.OrdinalIgnoreCase) && c.Value?.Any(static s => char.IsWhiteSpace(s) || char.IsControl(s) || NotInConnectionStrings.Contains(s)) == true) is { } odd)
            {
                throw new DistributedApplicationException($"'{odd.Path}' has a character that connection strings have a meaning for: no space, no line break, and none of {NotInConnectionStrings}. Give another password, or leave it out: one is then made for the run.");
            }

            return given.Find(static c => string.IsNullOrEmpty(c.Value)) is { } empty
                ? throw new DistributedApplicationException($"'{empty.Path}' has no value. Give it one, or leave it out: a password is then made for the run.")
                : Task.CompletedTask;
        });
        return Task.CompletedTask;
    }
}
