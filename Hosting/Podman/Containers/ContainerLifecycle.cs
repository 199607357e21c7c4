using Aspire.Hosting.Eventing;
using XoeNovAi.Hosting.Podman.Model;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>The life of one container of the model: started, followed and stopped, with the events and states that Aspire has for what DCP runs.</summary>
internal sealed class ContainerLifecycle(
    ContainerResource container,
    ContainerStarter starter,
    Readiness readiness,
    ChildResources children,
    LogFolders logs,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    DistributedApplicationExecutionContext executionContext,
    IServiceProvider services,
    ILogger<ContainerLifecycle> console,
    TimeProvider time,
    CancellationToken stopping) : IDisposable
{
    // Beyond it, what is wrong is for Aspire's own checks to tell.
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private readonly List<ContainerLifecycle> _guests = [];
    private ContainerIncarnation? _current;

    /// <summary>The container.</summary>
    public ContainerResource Container { get; } = container;

    /// <summary>What it is called in Podman.</summary>
    public string Name { get; } = starter.NameOf(container);

    private ILogger Log => loggers.GetLogger(Container);

    /// <summary>Another is in its network, and cannot be without it: it ends, and starts again, with it.</summary>
    public void Accompany(ContainerLifecycle guest) => _guests.Add(guest);

    /// <summary>Says what is known of it, and starts it unless that is for a command.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PublishAsync(s => ContainerSnapshots.Initial(s, Container, time.GetUtcNow().UtcDateTime)).ConfigureAwait(false);
            await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(Container, services), cancellationToken).ConfigureAwait(false);
            foreach (var named in children.Of(Container).Prepend(Container).OfType<IResourceWithConnectionString>())
            {
                await eventing.PublishAsync(new ConnectionStringAvailableEvent(named, services), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            await FailAsync(exception).ConfigureAwait(false);
            return;
        }

        if (!Container.HasAnnotationOfType<ExplicitStartupAnnotation>())
        {
            await RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Starts it, at once when it waits for others.</summary>
    /// <exception cref="DistributedApplicationException">It could not be started; its log says why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var waited = false;
        await PublishAsync(s =>
        {
            waited = s.State?.Text == KnownResourceStates.Waiting;
            return waited ? s with { State = KnownResourceStates.Starting } : s;
        }).ConfigureAwait(false);
        if (!waited && !await RunAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new DistributedApplicationException($"'{Container.Name}' could not be started; its log says why.");
        }
    }

    /// <summary>Stops it and returns when it has ended.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_current is { HasEnded: false } running)
            {
                running.IsStopping = true;
                await PublishAsync(static s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
                await starter.StopAsync(running.Id, cancellationToken).ConfigureAwait(false);
                await running.Followed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What Podman tells of the container of this name.</summary>
    public void Happened(ContainerEvent told)
    {
        lock (_lock)
        {
            if (told.Status == ContainerEvent.Died)
            {
                _current?.Ended(told);
            }
            else if (told.Status == ContainerEvent.Start && _current is { HasEnded: true } last && last.Id == told.Id && last.EndedAt < told.Time)
            {
                // Somebody has started it again without us.
                var again = new ContainerIncarnation(last.Stopping);
                again.Made(last.Container with { LogBegin = new FileInfo(last.Container.LogFile).Length });
                Follow(again);
            }
        }
    }

    /// <summary>It ends with the application now: nobody is told of that.</summary>
    public void Leave()
    {
        if (_current is { } current)
        {
            current.IsStopping = true;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await PublishAsync(ContainerSnapshots.Starting).ConfigureAwait(false);
            await children.PublishAsync(Container, KnownResourceStates.Starting).ConfigureAwait(false);
            await eventing.PublishAsync(new BeforeResourceStartedEvent(Container, services), cancellationToken).ConfigureAwait(false);
            var previous = _current;
            if (previous is not null)
            {
                // Whatever ends now is not what is started here.
                previous.IsStopping = true;
                _current = null;
                if (!PersistentOwner.Includes(Container))
                {
                    await starter.RemoveAsync(previous.Id, cancellationToken).ConfigureAwait(false);
                }
            }

            var configuration = await ContainerConfiguration.ResolveAsync(Container, executionContext, Log, cancellationToken).ConfigureAwait(false);
            await PublishAsync(s => ContainerSnapshots.Configured(s, Container, configuration) with { State = KnownResourceStates.Starting }).ConfigureAwait(false);
            var begun = new ContainerIncarnation(stopping);
            lock (_lock)
            {
                _current = begun;
            }

            begun.Made(await starter.StartAsync(Container, configuration, () => PublishAsync(static s => s with { State = KnownResourceStates.Building }), Log, cancellationToken).ConfigureAwait(false));
            Follow(begun);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // One container that cannot start does not keep the others from it; whoever waits for it is told.
            _current = null;
            await FailAsync(exception).ConfigureAwait(false);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Follow(ContainerIncarnation incarnation)
    {
        _current = incarnation;
        incarnation.Followed = FollowAsync(incarnation);
    }

    private async Task FollowAsync(ContainerIncarnation incarnation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(incarnation.End, incarnation.Stopping);
        var log = new ContainerLog(logs, incarnation.Container.LogFile, incarnation.Took(Log));
        var reading = log.FollowAsync(incarnation.Container.LogBegin, over.Token);
        try
        {
            await RunningAsync(incarnation, over.Token).ConfigureAwait(false);
            var end = await incarnation.WaitForEndAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            await EndedAsync(incarnation, end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (incarnation.Stopping.IsCancellationRequested)
        {
            // The application ends, and all containers with it.
        }
        catch (Exception exception)
        {
            console.LogError(exception, "What becomes of '{Resource}' cannot be followed any more.", Container.Name);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunningAsync(ContainerIncarnation incarnation, CancellationToken over)
    {
        bool ready;
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(over))
        {
            limit.CancelAfter(ReadyLimit);
            ready = await readiness.WaitAsync(Container, limit.Token).ConfigureAwait(false);
        }

        if (over.IsCancellationRequested)
        {
            return;
        }

        await PublishAsync(s => s.State?.Text == KnownResourceStates.Stopping ? s : ContainerSnapshots.Running(s, incarnation.Id, time.GetUtcNow().UtcDateTime)).ConfigureAwait(false);

        // What has not run yet waits for this by itself.
        await Task.WhenAll(_guests.Where(static g => g._current is not null).Select(g => g.RunAsync(over))).ConfigureAwait(false);
        if (!ready)
        {
            await children.PublishAsync(Container, KnownResourceStates.Running).ConfigureAwait(false);
        }
    }

    private async Task EndedAsync(ContainerIncarnation incarnation, ContainerEvent end)
    {
        await Task.WhenAll(_guests.Select(static g => g.EndWithOwnerAsync())).ConfigureAwait(false);
        await PublishAsync(s => ContainerSnapshots.Ended(s, incarnation.Id, end.ExitCode, end.Time?.UtcDateTime)).ConfigureAwait(false);
        await children.PublishAsync(Container, KnownResourceStates.Exited).ConfigureAwait(false);
        if (!incarnation.IsStopping)
        {
            console.Log(end.ExitCode == 0 ? LogLevel.Information : LogLevel.Error, "'{Resource}' has ended with exit code {ExitCode}.{LastLines}", Container.Name, end.ExitCode, incarnation.LastLines);
        }

        await StoppedAsync().ConfigureAwait(false);
    }

    private async Task EndWithOwnerAsync()
    {
        try
        {
            await StopAsync(stopping).ConfigureAwait(false);
        }
        catch (DistributedApplicationException exception)
        {
            // Whoever starts the owner again removes it.
            Log.LogDebug("It was not stopped: {Reason}", exception.Message);
        }
    }

    private async Task StoppedAsync()
    {
        foreach (var stopped in children.Of(Container).Prepend(Container))
        {
            if (notifications.TryGetCurrentState(stopped.Name, out var now))
            {
                await eventing.PublishAsync(new ResourceStoppedEvent(stopped, services, now)).ConfigureAwait(false);
            }
        }
    }

    private async Task FailAsync(Exception exception)
    {
        Log.LogError("Failed to start: {Reason}", exception.Message);
        console.LogError("'{Resource}' could not be started: {Reason}", Container.Name, exception.Message);
        await PublishAsync(static s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) }).ConfigureAwait(false);
        await children.PublishAsync(Container, KnownResourceStates.FailedToStart).ConfigureAwait(false);
    }

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> next) => notifications.PublishUpdateAsync(Container, next);
}
