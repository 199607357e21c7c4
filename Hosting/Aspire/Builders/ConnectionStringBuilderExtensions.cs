using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds connection strings composed of other values.</summary>
public static class ConnectionStringBuilderExtensions
{
    /// <summary>Adds a connection string composed of other values. It is there once all of them are.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="connectionStringExpression">The connection string.</param>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression)
    {
        var connection = builder.AddResource(new ConnectionStringResource(name, connectionStringExpression))
            .WithReferenceRelationship(connectionStringExpression)
            .WithInitialState(new() { ResourceType = "ConnectionString", Properties = [], State = KnownResourceStates.NotStarted })
            .OnInitializeResource(static (resource, @event, cancellationToken) => StartAsync(resource, @event, cancellationToken));
        foreach (var part in ReferencedResources.Of(connectionStringExpression).Distinct())
        {
            connection.WaitForStart(builder.CreateResourceBuilder(part));
        }

        return connection;
    }

    /// <summary>Adds a connection string composed of other values.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="connectionStringBuilder">Composes the connection string.</param>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, string name, Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        var composed = new ReferenceExpressionBuilder();
        connectionStringBuilder(composed);
        return builder.AddConnectionString(name, composed.Build());
    }

    private static async Task StartAsync(ConnectionStringResource resource, InitializeResourceEvent @event, CancellationToken cancellationToken)
    {
        try
        {
            // Whose subscribers wait for its parts.
            await @event.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, @event.Services), cancellationToken).ConfigureAwait(false);
            await @event.Notifications.PublishUpdateAsync(resource, static s => s with { State = KnownResourceStates.Running }).ConfigureAwait(false);
            await @event.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, @event.Services), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            @event.Logger.LogError("The connection string is not available: {Reason}", exception.Message);
            await @event.Notifications.PublishUpdateAsync(resource, static s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) }).ConfigureAwait(false);
        }
    }
}
