using System.Collections.Concurrent;
using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <inheritdoc />
public class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly ConcurrentDictionary<Type, ImmutableList<DistributedApplicationEventSubscription>> _subscriptions = [];

    /// <inheritdoc />
    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent
        => Add<T>(new((@event, cancellationToken) => callback((T)@event, cancellationToken)));

    /// <inheritdoc />
    public DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent
        => Add<T>(new DistributedApplicationResourceEventSubscription(resource, (@event, cancellationToken) => callback((T)@event, cancellationToken)));

    /// <inheritdoc />
    public void Unsubscribe(DistributedApplicationEventSubscription subscription)
    {
        foreach (var type in _subscriptions.Keys)
        {
            _subscriptions.AddOrUpdate(type, [], (_, list) => list.Remove(subscription));
        }
    }

    /// <inheritdoc />
    public Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
        => PublishAsync(@event, EventDispatchBehavior.BlockingSequential, cancellationToken);

    /// <inheritdoc />
    public Task PublishAsync<T>(T @event, EventDispatchBehavior dispatchBehavior, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
    {
        var resource = (@event as IDistributedApplicationResourceEvent)?.Resource;
        var called = _subscriptions.GetValueOrDefault(typeof(T), [])
            .Where(s => s is not DistributedApplicationResourceEventSubscription { Resource: { } wanted } || wanted == resource)
            .ToList();
        if (called.Count == 0)
        {
            return Task.CompletedTask;
        }

        switch (dispatchBehavior)
        {
            case EventDispatchBehavior.BlockingConcurrent:
                return CallAtOnceAsync(called, @event, cancellationToken);
            case EventDispatchBehavior.BlockingSequential:
                return CallInTurnAsync(called, @event, cancellationToken);
            case EventDispatchBehavior.NonBlockingConcurrent:
                // On threads of their own: a subscriber that works before its first await would hold the publisher up.
                _ = Task.Run(() => CallAtOnceAsync(called, @event, cancellationToken), CancellationToken.None);
                return Task.CompletedTask;
            case EventDispatchBehavior.NonBlockingSequential:
                _ = Task.Run(() => CallInTurnAsync(called, @event, cancellationToken), CancellationToken.None);
                return Task.CompletedTask;
            default:
                throw new ArgumentOutOfRangeException(nameof(dispatchBehavior), dispatchBehavior, null);
        }
    }

    private static Task CallAtOnceAsync(List<DistributedApplicationEventSubscription> called, IDistributedApplicationEvent @event, CancellationToken cancellationToken)
    {
        // A subscriber that throws before its first await does not keep the next from being called.
        return Task.WhenAll(called.Select(CallAsync));

        async Task CallAsync(DistributedApplicationEventSubscription subscription) => await subscription.Callback(@event, cancellationToken).ConfigureAwait(false);
    }

    private static async Task CallInTurnAsync(List<DistributedApplicationEventSubscription> called, IDistributedApplicationEvent @event, CancellationToken cancellationToken)
    {
        foreach (var subscription in called)
        {
            await subscription.Callback(@event, cancellationToken).ConfigureAwait(false);
        }
    }

    private DistributedApplicationEventSubscription Add<T>(DistributedApplicationEventSubscription subscription)
    {
        _subscriptions.AddOrUpdate(typeof(T), [subscription], (_, list) => list.Add(subscription));
        return subscription;
    }
}
