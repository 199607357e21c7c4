using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Commands;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Execution;
using Aspire.Hosting.Health;
using Aspire.Hosting.Lifecycle;

namespace Aspire.Hosting.Orchestration;

/// <summary>Starts the application: model, DCP, networks, endpoints, resources; and stops it.</summary>
internal sealed class ApplicationOrchestrator(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    IDistributedApplicationEventing eventing,
    IEnumerable<IDistributedApplicationEventingSubscriber> subscribers,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    ResourceHealthMonitor health,
    LifecycleCommands commands,
    ApplicationRun run,
    DcpHost dcp,
    ResourceExecutor executor,
    DashboardHost dashboard,
    IHostApplicationLifetime lifetime,
    ILogger<ApplicationOrchestrator> logger,
    IServiceProvider services) : IHostedLifecycleService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _health = Task.CompletedTask;
    private Task _watch = Task.CompletedTask;
    private Task _guard = Task.CompletedTask;
    private bool _started;
    private bool _stopped;
    private bool _clean;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await StartCoreAsync(ending.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            if (exception is not OperationCanceledException)
            {
                // Whoever waits for what will not come is told; that a start was given up, its caller knows.
                lifetime.StopApplication();
            }

            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _health.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await dashboard.StopAsync().ConfigureAwait(false);
        _clean = !_started || await executor.StopAllAsync(cancellationToken).ConfigureAwait(false);
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _guard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // What other services removed while they stopped, such as networks, is gone by now: the run is over.
    public Task StoppedAsync(CancellationToken cancellationToken) => EndRunAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        await EndRunAsync(CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
    }

    // Networks that others made are theirs to remove; those who did not say so are not believed.
    private Task EndRunAsync(CancellationToken cancellationToken)
        => run.EndAsync(_clean && (run.NetworksRemoved || !model.Resources.Any(static r => r.HasAnnotationOfType<ContainerNetworkAttachmentAnnotation>())), cancellationToken);

    // What cannot be seen any more would only look like running.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await executor.WatchAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DistributedApplicationException exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogCritical("{Reason}", exception.Message);
            lifetime.StopApplication();
        }
    }

    // Without DCP nothing is proxied, watched or cleaned up: going on would only look like running.
    private async Task GuardAsync(CancellationToken cancellationToken)
    {
        var lastLines = await dcp.EndedUnexpectedlyAsync(cancellationToken).ConfigureAwait(false);
        logger.LogCritical("DCP has ended, and with it the application. Its last lines:{NewLine}{Lines}", Environment.NewLine, lastLines);
        lifetime.StopApplication();
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        PortsInUse.Check(model, services.GetRequiredService<Microsoft.Extensions.Options.IOptions<DcpOptions>>().Value);
        run.Begin();
        _started = true;

        // What takes a while is begun before it is needed: whoever has a dashboard has a process.
        var prewarm = dashboard.IsEnabled || DcpHost.IsNeeded(model) ? dcp.StartAsync(cancellationToken) : null;
        try
        {
            foreach (var subscriber in subscribers)
            {
                await subscriber.SubscribeAsync(eventing, executionContext, cancellationToken).ConfigureAwait(false);
            }

            await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken).ConfigureAwait(false);

            // After everybody else: whoever announces a start, a resource of a user's own too, then waits for what it depends on.
            eventing.Subscribe<BeforeResourceStartedEvent>((@event, token) => notifications.WaitForDependenciesAsync(@event.Resource, token));

            // Once more: subscribers have added to the model, the dashboard among them.
            PortsInUse.Check(model, services.GetRequiredService<Microsoft.Extensions.Options.IOptions<DcpOptions>>().Value);
            await ParameterResolver.ResolveAsync(model, notifications).ConfigureAwait(false);
        }
        catch
        {
            await (prewarm ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        foreach (var resource in model.Resources.Where(ResourceExecutor.IsRun))
        {
            commands.AddTo(resource);
        }

        loggers.Source = executor;
        await executor.PublishInitialStatesAsync().ConfigureAwait(false);
        _health = health.RunAsync(_stopping.Token);
        await dashboard.StartServiceAsync(cancellationToken).ConfigureAwait(false);
        if (prewarm is not null || DcpHost.IsNeeded(model))
        {
            await (prewarm ?? dcp.StartAsync(cancellationToken)).ConfigureAwait(false);
            _guard = GuardAsync(_stopping.Token);
        }

        _watch = WatchAsync(_stopping.Token);
        await executor.AllocateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var resource in model.Resources)
        {
            await eventing.PublishAsync(new InitializeResourceEvent(resource, eventing, loggers, notifications, services), EventDispatchBehavior.NonBlockingConcurrent, cancellationToken).ConfigureAwait(false);
        }

        await executor.CreateAllAsync(cancellationToken).ConfigureAwait(false);
        await eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), cancellationToken).ConfigureAwait(false);
    }
}
