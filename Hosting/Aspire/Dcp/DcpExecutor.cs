using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Dcp;

/// <summary>Runs the model's containers and processes on DCP.</summary>
internal sealed class DcpExecutor : IResourceLogSource
{
    private readonly DistributedApplicationModel _model;
    private readonly DistributedApplicationExecutionContext _executionContext;
    private readonly IDistributedApplicationEventing _eventing;
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly DcpHost _host;
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;
    private readonly EndpointAllocator _allocator;
    private readonly ContainerNetworks _networks;
    private readonly ContainerSpecFactory _containers;
    private Dictionary<string, ResourceInstance> _instances = [];

    public DcpExecutor(DistributedApplicationModel model, DistributedApplicationExecutionContext executionContext, IDistributedApplicationEventing eventing, ResourceNotificationService notifications, ResourceLoggerService loggers, DcpHost host, IOptions<DcpOptions> options, IServiceProvider services, TimeProvider time)
    {
        _model = model;
        _executionContext = executionContext;
        _eventing = eventing;
        _notifications = notifications;
        _loggers = loggers;
        _host = host;
        _services = services;
        _time = time;
        _allocator = new(model, options);
        _networks = new(model, host);
        _containers = new(host, services, executionContext);
    }

    /// <summary>Whether DCP runs the resource.</summary>
    public static bool IsRun(IResource resource) => resource is ContainerResource or ExecutableResource or ProjectResource;

    /// <summary>Lists every resource before any of them starts.</summary>
    public async Task PublishInitialStatesAsync()
    {
        _instances = _model.Resources.Where(IsRun).SelectMany(ResourceInstance.Of).ToDictionary(static i => i.DcpName, StringComparer.Ordinal);
        var now = _time.GetUtcNow().UtcDateTime;
        foreach (var instance in _instances.Values)
        {
            await _notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => ResourceSnapshots.Initial(instance.Resource, s, now)).ConfigureAwait(false);
        }

        foreach (var resource in _model.Resources.Where(static r => !IsRun(r)))
        {
            await _notifications.PublishUpdateAsync(resource, s => ResourceSnapshots.Initial(resource, s, now) with
            {
                State = s.State?.Text is null or "Active" && resource is ConnectionStringResource ? KnownResourceStates.Running : s.State,
            }).ConfigureAwait(false);
        }
    }

    /// <summary>Makes networks, gives endpoints their addresses and opens the tunnels.</summary>
    public async Task AllocateAsync(CancellationToken cancellationToken)
    {
        var networks = _networks.CreateAsync(cancellationToken);
        await _allocator.AllocateAsync(_host.Client, cancellationToken).ConfigureAwait(false);
        foreach (var instance in _instances.Values)
        {
            await _notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => s with { Urls = ResourceSnapshots.UrlsOf(instance.Resource, active: false) }).ConfigureAwait(false);
        }

        foreach (var resource in _model.Resources.OfType<IResourceWithEndpoints>().Where(IsRun))
        {
            await _eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, _services), cancellationToken).ConfigureAwait(false);
        }

        foreach (var resource in _model.Resources.OfType<IResourceWithConnectionString>())
        {
            await _eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, _services), cancellationToken).ConfigureAwait(false);
        }

        await networks.ConfigureAwait(false);
    }

    /// <summary>Starts all that does not wait for a command; returns when all of it has been created.</summary>
    public async Task CreateAllAsync(CancellationToken cancellationToken)
    {
        var created = _instances.Values
            .Where(static i => !i.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
            .GroupBy(static i => i.Resource)
            .Select(g => CreateAsync(g.Key, [.. g], wait: true, cancellationToken))
            .ToList();
        await _networks.OpenTunnelsAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(created).ConfigureAwait(false);
    }

    /// <summary>Starts an instance that has ended or was never started.</summary>
    public async Task StartAsync(string instanceId, CancellationToken cancellationToken)
    {
        var instance = Find(instanceId);
        await instance.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            instance.Retire();
            if (instance.Resource.IsContainer())
            {
                await _host.Client.DeleteAndWaitAsync<DcpContainer>(instance.DcpName, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _host.Client.DeleteAndWaitAsync<DcpExecutable>(instance.DcpName, cancellationToken).ConfigureAwait(false);
            }

            await _notifications.PublishUpdateAsync(instance.Resource, instance.Id, static s => s with { State = KnownResourceStates.Starting, ExitCode = null, StopTimeStamp = null, IsReady = false, HealthReports = [] }).ConfigureAwait(false);
            await CreateAsync(instance.Resource, [instance], wait: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            instance.Turn.Release();
        }
    }

    /// <summary>Stops an instance and returns when it has ended.</summary>
    public async Task StopAsync(string instanceId, CancellationToken cancellationToken)
    {
        var instance = Find(instanceId);
        await instance.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _notifications.PublishUpdateAsync(instance.Resource, instance.Id, static s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
            if (instance.Resource.IsContainer())
            {
                await _host.Client.StopAsync<DcpContainer>(instance.DcpName, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _host.Client.StopAsync<DcpExecutable>(instance.DcpName, cancellationToken).ConfigureAwait(false);
            }

            await _notifications.WaitForResourceAsync(instance.Id, static e => ResourceNotificationService.IsEnded(e.Snapshot), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            instance.Turn.Release();
        }
    }

    /// <summary>Stops the processes DCP started, all at once.</summary>
    public Task StopProcessesAsync(CancellationToken cancellationToken)
        => Task.WhenAll(_instances.Values
            .Where(static i => !i.Resource.IsContainer() && i.Generation > 0)
            .Select(i => _host.Client.DeleteAndWaitAsync<DcpExecutable>(i.DcpName, cancellationToken)));

    /// <summary>Follows the states of DCP's objects until cancelled.</summary>
    public Task WatchAsync(CancellationToken cancellationToken)
        => Task.WhenAll(
            WatchAsync<DcpContainer>(
                static c => (DcpStates.OfContainer(c.Status?.State), c.Status?.ExitCode, c.Status?.StartupTimestamp, c.Status?.FinishTimestamp, "container.id", c.Status?.ContainerId),
                cancellationToken),
            WatchAsync<DcpExecutable>(
                static e => (DcpStates.OfExecutable(e.Status?.State), e.Status?.ExitCode, e.Status?.StartupTimestamp, e.Status?.FinishTimestamp, "executable.pid", e.Status?.Pid),
                cancellationToken));

    /// <inheritdoc />
    public async IAsyncEnumerable<(string Content, bool IsErrorMessage)> ReadAsync(string resourceName, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var instances = _instances.Values.Where(i => string.Equals(i.Id, resourceName, StringComparison.OrdinalIgnoreCase) || string.Equals(i.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase)).ToList();
        if (instances.Count == 0)
        {
            yield break;
        }

        var lines = Channel.CreateUnbounded<(string, bool)>(new() { SingleReader = true });
        var reading = CompleteAsync(instances.Select(i => ReadInstanceAsync(i, follow, lines.Writer, cancellationToken)), lines.Writer);
        await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }

        await reading.ConfigureAwait(false);
    }

    private static async Task CompleteAsync(IEnumerable<Task> readers, ChannelWriter<(string, bool)> writer)
    {
        try
        {
            await Task.WhenAll(readers).ConfigureAwait(false);
            writer.Complete();
        }
        catch (Exception exception)
        {
            writer.Complete(exception);
        }
    }

    private async Task ReadInstanceAsync(ResourceInstance instance, bool follow, ChannelWriter<(string, bool)> writer, CancellationToken cancellationToken)
    {
        var read = 0;
        do
        {
            if (follow)
            {
                await _notifications.WaitForResourceAsync(instance.Id, _ => instance.Generation > read, cancellationToken).ConfigureAwait(false);
            }

            read = instance.Generation;
            // What the runtime printed at the start is the container's id, unless it complained.
            string[] outputs = [DcpLogSource.StandardOutput];
            string[] errors = [DcpLogSource.StandardError, DcpLogSource.StartupError];
            var isContainer = instance.Resource.IsContainer();
            await Task.WhenAll(outputs.Concat(errors)
                .Where(s => isContainer || s is DcpLogSource.StandardOutput or DcpLogSource.StandardError)
                .Select(s => isContainer
                    ? PumpAsync<DcpContainer>(instance, s, errors.Contains(s), follow, writer, cancellationToken)
                    : PumpAsync<DcpExecutable>(instance, s, errors.Contains(s), follow, writer, cancellationToken))).ConfigureAwait(false);
        }
        while (follow);
    }

    private async Task PumpAsync<T>(ResourceInstance instance, string source, bool isError, bool follow, ChannelWriter<(string, bool)> writer, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        await foreach (var line in _host.Client.ReadLogAsync<T>(instance.DcpName, source, follow, cancellationToken).ConfigureAwait(false))
        {
            writer.TryWrite((line.Timestamp is { } stamp ? $"{stamp.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} {line.Text}" : line.Text, isError));
        }
    }

    private async Task CreateAsync(IResource resource, IReadOnlyList<ResourceInstance> instances, bool wait, CancellationToken cancellationToken)
    {
        var logger = _loggers.GetLogger(resource);
        try
        {
            await _eventing.PublishAsync(new BeforeResourceStartedEvent(resource, _services), cancellationToken).ConfigureAwait(false);
            if (wait)
            {
                await _notifications.WaitForDependenciesAsync(resource, cancellationToken).ConfigureAwait(false);
            }

            foreach (var instance in instances)
            {
                var configuration = await ResourceConfiguration.EvaluateAsync(resource, _executionContext, logger, cancellationToken).ConfigureAwait(false);
                await _notifications.PublishUpdateAsync(resource, instance.Id, s => s with
                {
                    State = KnownResourceStates.Starting,
                    EnvironmentVariables = ResourceSnapshots.EnvironmentOf(configuration),
                    Properties = s.Properties.With(resource.IsContainer() ? "container.args" : "executable.args", configuration.Arguments.ToArray(), configuration.HasSecretArguments),
                }).ConfigureAwait(false);
                if (resource.IsContainer())
                {
                    await _host.Client.CreateAsync(await _containers.CreateAsync(instance, configuration, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await _host.Client.CreateAsync(ExecutableSpecFactory.Create(instance, configuration), cancellationToken).ConfigureAwait(false);
                }

                instance.Created();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // One resource that cannot start does not keep the others from it; whoever waits for it is told.
            logger.LogError("Failed to start: {Reason}", exception.Message);
            foreach (var instance in instances)
            {
                await _notifications.PublishUpdateAsync(resource, instance.Id, static s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) }).ConfigureAwait(false);
            }
        }
    }

    private async Task WatchAsync<T>(
        Func<T, (ResourceStateSnapshot State, int? ExitCode, DateTimeOffset? Started, DateTimeOffset? Finished, string IdProperty, object? Id)> read,
        CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        await foreach (var change in _host.Client.WatchAsync<T>(cancellationToken).ConfigureAwait(false))
        {
            if (!_instances.TryGetValue(change.Object.Metadata.Name, out var instance) || !instance.IsCurrent(change.Object.Metadata.Uid))
            {
                continue;
            }

            var (state, exitCode, started, finished, idProperty, id) = read(change.Object);
            if (change.Type == DcpWatchEventType.Deleted)
            {
                state = KnownResourceStates.Exited!;
            }

            await PublishAsync(instance, s => s with
            {
                State = state,
                ExitCode = exitCode,
                StartTimeStamp = started?.UtcDateTime ?? s.StartTimeStamp,
                StopTimeStamp = finished?.UtcDateTime,
                IsReady = s.IsReady && state.Text == KnownResourceStates.Running,
                HealthReports = state.Text == KnownResourceStates.Running ? s.HealthReports : [],
                Urls = ResourceSnapshots.UrlsOf(instance.Resource, active: state.Text == KnownResourceStates.Running),
                Properties = s.Properties.With(idProperty, id),
            }).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(ResourceInstance instance, Func<CustomResourceSnapshot, CustomResourceSnapshot> next)
    {
        var before = _notifications.TryGetCurrentState(instance.Id, out var previous) ? previous.Snapshot : null;
        await _notifications.PublishUpdateAsync(instance.Resource, instance.Id, next).ConfigureAwait(false);
        if (!_notifications.TryGetCurrentState(instance.Id, out var current) || current.Snapshot.State?.Text == before?.State?.Text)
        {
            return;
        }

        if (current.Snapshot.State?.Text is { } state && (state == KnownResourceStates.Running || ResourceNotificationService.IsEnded(current.Snapshot)))
        {
            _host.Folder.RemoveSecrets(instance.Id);
        }

        foreach (var child in _model.Resources.OfType<IResourceWithParent>().Where(c => c.Parent == instance.Resource && !IsRun(c)))
        {
            await _notifications.PublishUpdateAsync(child, s => s with
            {
                State = current.Snapshot.State,
                StartTimeStamp = current.Snapshot.StartTimeStamp,
                StopTimeStamp = current.Snapshot.StopTimeStamp,
                IsReady = s.IsReady && current.Snapshot.State?.Text == KnownResourceStates.Running,
            }).ConfigureAwait(false);
        }

        if (ResourceNotificationService.IsEnded(current.Snapshot))
        {
            await _eventing.PublishAsync(new ResourceStoppedEvent(instance.Resource, _services, current), EventDispatchBehavior.NonBlockingConcurrent).ConfigureAwait(false);
        }
    }

    private ResourceInstance Find(string instanceId)
        => _instances.Values.FirstOrDefault(i => string.Equals(i.Id, instanceId, StringComparison.OrdinalIgnoreCase))
            ?? throw new DistributedApplicationException($"There is no resource '{instanceId}' that could be started or stopped.");
}
