using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows the state of every resource and tells of its changes.</summary>
/// <param name="logger">Logs the changes.</param>
/// <param name="hostApplicationLifetime">Its end ends all waits.</param>
/// <param name="serviceProvider">What commands decide by whether they can be given.</param>
/// <param name="resourceLoggerService">The resources' logs.</param>
public class ResourceNotificationService(ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime, IServiceProvider serviceProvider, ResourceLoggerService resourceLoggerService) : IDisposable
{
    private readonly ResourceNotificationServiceOptions _options = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value ?? new() { DefaultWaitBehavior = WaitBehavior.StopOnResourceUnavailable };
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _disposing = new();
    private ImmutableList<Channel<ResourceEvent>> _subscribers = [];
    private long _version;

    /// <summary>Creates the service without those of an application.</summary>
    /// <param name="logger">Logs the changes.</param>
    /// <param name="hostApplicationLifetime">Its end ends all waits.</param>
    [Obsolete("Give the application's services and the resources' logs too.")]
    public ResourceNotificationService(ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime)
        : this(logger, hostApplicationLifetime, NoServices.Instance, new())
    {
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    /// <summary>Changes a resource's state.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="stateFactory">Makes the new state of the old.</param>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
        => PublishUpdateAsync(resource, resource.Name, stateFactory);

    /// <summary>Changes the state of one instance of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="resourceId">The instance.</param>
    /// <param name="stateFactory">Makes the new state of the old.</param>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var previous = _current.GetValueOrDefault(resourceId)?.Snapshot ?? InitialOf(resource);
            var next = stateFactory(previous) with { Version = ++_version };
            next = next with
            {
                Commands = CommandsOf(resource, next),
                IsHidden = next.IsHidden || resource.Annotations.OfType<HiddenAnnotation>().Any(h => h.Hides(next)),
                IconName = next.IconName ?? resource.Annotations.OfType<ResourceIconAnnotation>().LastOrDefault()?.IconName,
                IconVariant = next.IconVariant ?? resource.Annotations.OfType<ResourceIconAnnotation>().LastOrDefault()?.IconVariant,
                HealthReports = next.HealthReports.IsEmpty ? NotRunYet(resource) : next.HealthReports,
            };
            var @event = new ResourceEvent(resource, resourceId, next);
            _current[resourceId] = @event;
            foreach (var subscriber in _subscribers)
            {
                subscriber.Writer.TryWrite(@event);
            }

            if (next.State?.Text is { } state && state != previous.State?.Text)
            {
                logger.LogDebug("Resource {ResourceName} ({ResourceId}) is {State}.", resource.Name, resourceId, state);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The state of a resource, when there is one.</summary>
    /// <param name="resourceId">The resource's name, or an instance of it.</param>
    /// <param name="resourceEvent">The state.</param>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock)
        {
            // A name that several instances share says of none how it is.
            resourceEvent = _current.GetValueOrDefault(resourceId)
                ?? (_current.Values.Where(e => IsNamed(e, resourceId)).Take(2).ToList() is [var only] ? only : null);
            return resourceEvent is not null;
        }
    }

    /// <summary>Tells of every resource's state, then of every change.</summary>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>(new() { SingleReader = true });
        lock (_lock)
        {
            foreach (var @event in _current.Values.OrderBy(static e => e.Snapshot.Version))
            {
                channel.Writer.TryWrite(@event);
            }

            _subscribers = _subscribers.Add(channel);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        try
        {
            await foreach (var @event in channel.Reader.ReadAllAsync(ending.Token).ConfigureAwait(false))
            {
                yield return @event;
            }
        }
        finally
        {
            lock (_lock)
            {
                _subscribers = _subscribers.Remove(channel);
            }
        }
    }

    /// <summary>Waits for a state.</summary>
    /// <param name="resourceName">The resource.</param>
    /// <param name="targetState">The state; running by default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default)
        => WaitForResourceAsync(resourceName, [string.IsNullOrEmpty(targetState) ? KnownResourceStates.Running : targetState], cancellationToken);

    /// <summary>Waits for one of several states.</summary>
    /// <param name="resourceName">The resource.</param>
    /// <param name="targetStates">The states.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The state reached.</returns>
    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var wanted = targetStates.ToList();
        var reached = await WaitUntilAsync(
            resourceName,
            e => e.Snapshot.State?.Text is { } state && wanted.Contains(state, StringComparer.OrdinalIgnoreCase),
            $"reach {(wanted.Count == 1 ? "the state" : "one of the states")} '{string.Join("', '", wanted)}'",
            cancellationToken).ConfigureAwait(false);
        return reached.Snapshot.State!.Text;
    }

    /// <summary>Waits until something holds.</summary>
    /// <param name="resourceName">The resource.</param>
    /// <param name="predicate">What is to hold.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
        => WaitUntilAsync(resourceName, predicate, "meet the condition", cancellationToken);

    /// <summary>Waits until a resource runs and its health checks pass.</summary>
    /// <param name="resourceName">The resource.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
        => WaitForResourceHealthyAsync(resourceName, _options.DefaultWaitBehavior, cancellationToken);

    /// <summary>Waits until a resource runs and its health checks pass.</summary>
    /// <param name="resourceName">The resource.</param>
    /// <param name="waitBehavior">What happens when it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DistributedApplicationException">It failed, or there is none of that name, and the behaviour is to stop.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        if (waitBehavior == WaitBehavior.StopOnResourceUnavailable && !IsKnown(resourceName))
        {
            throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it does not exist in the application model.");
        }

        var reached = await WaitUntilAsync(
            resourceName,
            e => IsHealthy(e.Snapshot) || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsEnded(e.Snapshot)),
            "become healthy",
            cancellationToken).ConfigureAwait(false);
        return IsHealthy(reached.Snapshot)
            ? reached
            : throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it {Describe(reached.Snapshot)}.");
    }

    /// <summary>Waits until everything holds that the resource's start waits for.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DistributedApplicationException">A resource that is waited for failed.</exception>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().Where(static w => w.Resource is not IResourceWithoutLifetime).ToList();
        if (waits.Count == 0)
        {
            return;
        }

        foreach (var instance in IdsOf(resource))
        {
            await PublishUpdateAsync(resource, instance, static s => s with { State = KnownResourceStates.Waiting }).ConfigureAwait(false);
        }

        var log = resourceLoggerService.GetLogger(resource);
        foreach (var wait in waits)
        {
            log.LogInformation("Waiting for '{Dependency}' {Condition} …", wait.Resource.Name, wait.WaitType switch
            {
                WaitType.WaitForCompletion => $"to end with exit code {wait.ExitCode}",
                WaitType.WaitUntilStarted => "to run",
                _ => "to be healthy",
            });
        }

        await Task.WhenAll(waits.SelectMany(wait => IdsOf(wait.Resource).Select(id => WaitForAsync(resource, wait, id, cancellationToken)))).ConfigureAwait(false);
    }

    internal static bool IsHealthy(CustomResourceSnapshot snapshot)
        => snapshot.State?.Text == KnownResourceStates.Running && snapshot.IsReady && snapshot.HealthStatus == HealthStatus.Healthy;

    internal static bool IsEnded(CustomResourceSnapshot snapshot)
        => snapshot.State?.Text is { } state && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.RuntimeUnhealthy);

    internal IReadOnlyList<ResourceEvent> Current()
    {
        lock (_lock)
        {
            return [.. _current.Values.OrderBy(static e => e.ResourceId, StringComparer.OrdinalIgnoreCase)];
        }
    }

    internal IReadOnlyList<ResourceEvent> InstancesOf(IResource resource)
    {
        lock (_lock)
        {
            return [.. _current.Values.Where(e => e.Resource == resource)];
        }
    }

    private static string Describe(CustomResourceSnapshot snapshot)
        => snapshot.State?.Text == KnownResourceStates.FailedToStart
            ? "failed to start"
            : $"is in the state '{snapshot.State?.Text}'{(snapshot.ExitCode is { } code ? $" with exit code {code}" : string.Empty)}";

    private static CustomResourceSnapshot InitialOf(IResource resource)
        => resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot
            ?? new CustomResourceSnapshot { ResourceType = resource.GetType().Name.Replace("Resource", string.Empty, StringComparison.Ordinal), Properties = [] };

    // A check that has not run says nothing: without it a resource would count as healthy as soon as it runs.
    private static ImmutableArray<HealthReportSnapshot> NotRunYet(IResource resource)
        => [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(static h => new HealthReportSnapshot(h.Key, null, null, null))];

    private ImmutableArray<ResourceCommandSnapshot> CommandsOf(IResource resource, CustomResourceSnapshot snapshot)
        => [.. resource.Annotations.OfType<ResourceCommandAnnotation>().Select(c => c.Snapshot(snapshot, serviceProvider))];

    private static bool IsNamed(ResourceEvent @event, string name)
        => string.Equals(@event.Resource.Name, name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(@event.ResourceId, name, StringComparison.OrdinalIgnoreCase);

    private List<string> IdsOf(IResource resource) => [.. InstancesOf(resource).Select(static i => i.ResourceId).DefaultIfEmpty(resource.Name)];

    private bool IsKnown(string name)
    {
        lock (_lock)
        {
            if (_current.Values.Any(e => IsNamed(e, name)))
            {
                return true;
            }
        }

        return serviceProvider.GetService<DistributedApplicationModel>() is not { } model || model.Resources.TryGetByName(name, out _);
    }

    private async Task<ResourceEvent> WaitUntilAsync(string resourceName, Func<ResourceEvent, bool> predicate, string goal, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, hostApplicationLifetime.ApplicationStopping);
        try
        {
            await foreach (var @event in WatchAsync(ending.Token).ConfigureAwait(false))
            {
                if (IsNamed(@event, resourceName) && predicate(@event))
                {
                    return @event;
                }
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new OperationCanceledException($"Resource '{resourceName}' failed to {goal} before the operation was cancelled. {StateOf(resourceName)}", exception, exception.CancellationToken);
        }

        throw new OperationCanceledException($"Resource '{resourceName}' failed to {goal} before the application ended. {StateOf(resourceName)}", cancellationToken);
    }

    private string StateOf(string resourceName)
    {
        lock (_lock)
        {
            var states = _current.Values.Where(e => IsNamed(e, resourceName)).Select(static e => $"{e.ResourceId} is {e.Snapshot.State?.Text ?? "in no state"}{(e.Snapshot.HealthStatus is { } health ? $", {health}" : string.Empty)}").ToList();
            return states.Count == 0 ? "Nothing was heard of it." : $"{string.Join("; ", states)}.";
        }
    }

    private async Task WaitForAsync(IResource resource, WaitAnnotation wait, string instance, CancellationToken cancellationToken)
    {
        var stops = (wait.WaitBehavior ?? _options.DefaultWaitBehavior) == WaitBehavior.StopOnResourceUnavailable;
        var reached = await WaitForResourceAsync(
            instance,
            e => Holds(e.Snapshot) || (stops && IsEnded(e.Snapshot)) || (wait.WaitType == WaitType.WaitForCompletion && IsEnded(e.Snapshot)),
            cancellationToken).ConfigureAwait(false);
        if (!Holds(reached.Snapshot))
        {
            throw new DistributedApplicationException($"'{resource.Name}' waits for '{wait.Resource.Name}', which {Describe(reached.Snapshot)}.");
        }

        bool Holds(CustomResourceSnapshot snapshot) => wait.WaitType switch
        {
            WaitType.WaitUntilHealthy => IsHealthy(snapshot),
            WaitType.WaitUntilStarted => snapshot.State?.Text == KnownResourceStates.Running,
            WaitType.WaitForCompletion => IsEnded(snapshot) && snapshot.State?.Text != KnownResourceStates.FailedToStart && (snapshot.ExitCode ?? 0) == wait.ExitCode,
            _ => throw new InvalidOperationException($"'{wait.WaitType}' cannot be waited for."),
        };
    }
}
