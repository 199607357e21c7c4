using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Execution;

/// <summary>Runs the model: containers on podman, processes on DCP.</summary>
internal sealed class ResourceExecutor(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    ContainerEngine containers,
    ProcessEngine processes,
    ApplicationNetwork network,
    Tunnels tunnels,
    EndpointAllocator allocator,
    DcpHost dcp,
    IServiceProvider services,
    TimeProvider time) : IResourceLogSource
{
    private Dictionary<string, ResourceInstance> _instances = [];

    /// <summary>Whether this runs the resource.</summary>
    public static bool IsRun(IResource resource) => resource is ContainerResource or ExecutableResource or ProjectResource;

    /// <summary>Lists every resource before any of them starts.</summary>
    public async Task PublishInitialStatesAsync()
    {
        _instances = model.Resources.Where(IsRun).SelectMany(ResourceInstance.Of).ToDictionary(static i => i.Id, StringComparer.OrdinalIgnoreCase);
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var instance in _instances.Values)
        {
            await notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => ResourceSnapshots.Initial(instance.Resource, s, now)).ConfigureAwait(false);
        }

        foreach (var resource in model.Resources.Where(static r => !IsRun(r)))
        {
            await notifications.PublishUpdateAsync(resource, s => ResourceSnapshots.Initial(resource, s, now)).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the application's network and gives endpoints their addresses.</summary>
    public async Task AllocateAsync(CancellationToken cancellationToken)
    {
        var made = network.CreateAsync(cancellationToken);
        await allocator.AllocateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var instance in _instances.Values)
        {
            await notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => s with { Urls = ResourceSnapshots.UrlsOf(instance.Resource, active: false) }).ConfigureAwait(false);
        }

        foreach (var resource in model.Resources.OfType<IResourceWithEndpoints>().Where(IsRun))
        {
            await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken).ConfigureAwait(false);
        }

        // What is composed of others' is there once those have started, and says so itself.
        foreach (var resource in model.Resources.OfType<IResourceWithConnectionString>().Where(static r => r is not ConnectionStringResource))
        {
            await eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken).ConfigureAwait(false);
        }

        await made.ConfigureAwait(false);
    }

    /// <summary>Starts all that does not wait for a command; returns when all of it has been created.</summary>
    public async Task CreateAllAsync(CancellationToken cancellationToken)
    {
        // The tunnels first: whoever starts has something to tell.
        var opened = dcp.IsRunning ? tunnels.OpenAsync(cancellationToken) : Task.CompletedTask;
        var created = _instances.Values
            .Where(static i => !i.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
            .GroupBy(static i => i.Resource)
            .Select(g => CreateAsync(g.Key, [.. g], cancellationToken))
            .ToList();
        await Task.WhenAll([opened, .. created]).ConfigureAwait(false);
    }

    /// <summary>Starts an instance that has ended or was never started.</summary>
    public async Task StartAsync(string instanceId, CancellationToken cancellationToken)
    {
        var instance = Find(instanceId);
        await instance.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await EngineOf(instance).RemoveAsync(instance, cancellationToken).ConfigureAwait(false);
            await notifications.PublishUpdateAsync(instance.Resource, instance.Id, static s => s with { State = KnownResourceStates.Starting, ExitCode = null, StopTimeStamp = null, IsReady = false, HealthReports = [] }).ConfigureAwait(false);
            await CreateAsync(instance.Resource, [instance], cancellationToken).ConfigureAwait(false);
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
            await notifications.PublishUpdateAsync(instance.Resource, instance.Id, static s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
            await EngineOf(instance).StopAsync(instance, cancellationToken).ConfigureAwait(false);
            await notifications.WaitForResourceAsync(instance.Id, static e => ResourceNotificationService.IsEnded(e.Snapshot), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            instance.Turn.Release();
        }
    }

    /// <summary>Stops all that runs, at once; whether nothing is left.</summary>
    public async Task<bool> StopAllAsync(CancellationToken cancellationToken)
    {
        var removing = containers.RemoveAllAsync(cancellationToken);
        if (dcp.IsRunning)
        {
            await processes.RemoveAllAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var clean = await removing.ConfigureAwait(false);

        // What is not gone by now, DCP is to remove.
        await dcp.StopAsync(cleanUp: !clean, cancellationToken).ConfigureAwait(false);
        return clean;
    }

    /// <summary>Follows what becomes of the instances until cancelled; fails as soon as that is not possible any more.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        List<Task> following = [FollowAsync(containers, cancellationToken)];
        if (dcp.IsRunning)
        {
            following.Add(FollowAsync(processes, cancellationToken));
        }

        await foreach (var ended in Task.WhenEach(following).ConfigureAwait(false))
        {
            await ended.ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public string ResourceOf(string resourceName) => _instances.TryGetValue(resourceName, out var instance) ? instance.Resource.Name : resourceName;

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
                await instance.WaitForGenerationAfterAsync(read, cancellationToken).ConfigureAwait(false);
            }

            read = instance.Generation;
            await foreach (var line in EngineOf(instance).ReadLogAsync(instance, follow, cancellationToken).ConfigureAwait(false))
            {
                writer.TryWrite(line);
            }
        }
        while (follow);
    }

    private async Task CreateAsync(IResource resource, IReadOnlyList<ResourceInstance> instances, CancellationToken cancellationToken)
    {
        var logger = loggers.GetLogger(resource);
        try
        {
            await eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(instances.Select(StartAsync)).ConfigureAwait(false);
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
                await notifications.PublishUpdateAsync(resource, instance.Id, static s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) }).ConfigureAwait(false);
            }
        }

        async Task StartAsync(ResourceInstance instance)
        {
            var configuration = await ResourceConfiguration.EvaluateAsync(resource, executionContext, logger, cancellationToken).ConfigureAwait(false);
            await notifications.PublishUpdateAsync(resource, instance.Id, s => s with
            {
                State = KnownResourceStates.Starting,
                EnvironmentVariables = ResourceSnapshots.EnvironmentOf(configuration),
                Properties = s.Properties.With(resource.IsContainer() ? "container.args" : "executable.args", configuration.Arguments.ToArray(), configuration.HasSecretArguments),
            }).ConfigureAwait(false);
            await EngineOf(instance).StartAsync(instance, configuration, cancellationToken).ConfigureAwait(false);
            instance.Created();
        }
    }

    private async Task FollowAsync(IInstanceEngine engine, CancellationToken cancellationToken)
    {
        await foreach (var change in engine.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            var running = change.State.Text == KnownResourceStates.Running;
            // Who is being stopped is told of as running once more: no news, and no new readiness.
            await PublishAsync(change.Instance, s => running && s.State?.Text == KnownResourceStates.Stopping && change.Started == s.StartTimeStamp ? s : s with
            {
                State = change.State,
                ExitCode = change.ExitCode,
                StartTimeStamp = change.Started ?? s.StartTimeStamp,
                StopTimeStamp = change.Finished,
                IsReady = s.IsReady && running,
                HealthReports = running ? s.HealthReports : [],
                Urls = ResourceSnapshots.UrlsOf(change.Instance.Resource, active: running),
                Properties = s.Properties.With(change.Id.Name, change.Id.Value),
            }).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(ResourceInstance instance, Func<CustomResourceSnapshot, CustomResourceSnapshot> next)
    {
        var before = notifications.TryGetCurrentState(instance.Id, out var previous) ? previous.Snapshot : null;
        await notifications.PublishUpdateAsync(instance.Resource, instance.Id, next).ConfigureAwait(false);
        if (!notifications.TryGetCurrentState(instance.Id, out var current) || current.Snapshot.State?.Text == before?.State?.Text)
        {
            return;
        }

        foreach (var child in model.Resources.OfType<IResourceWithParent>().Where(c => c.Parent == instance.Resource && !IsRun(c)))
        {
            await notifications.PublishUpdateAsync(child, s => s with
            {
                State = current.Snapshot.State,
                StartTimeStamp = current.Snapshot.StartTimeStamp,
                StopTimeStamp = current.Snapshot.StopTimeStamp,
                IsReady = s.IsReady && current.Snapshot.State?.Text == KnownResourceStates.Running,
            }).ConfigureAwait(false);
        }

        if (ResourceNotificationService.IsEnded(current.Snapshot))
        {
            await eventing.PublishAsync(new ResourceStoppedEvent(instance.Resource, services, current), EventDispatchBehavior.NonBlockingConcurrent).ConfigureAwait(false);
        }
    }

    private IInstanceEngine EngineOf(ResourceInstance instance) => instance.Resource.IsContainer() ? containers : processes;

    private ResourceInstance Find(string instanceId)
        => _instances.GetValueOrDefault(instanceId)
            ?? throw new DistributedApplicationException($"There is no resource '{instanceId}' that could be started or stopped.");
}
