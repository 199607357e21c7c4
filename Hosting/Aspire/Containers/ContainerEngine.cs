using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Containers;

/// <summary>
/// Runs containers on podman. One command starts a container, one stream of events tells of their ends; DCP would
/// inspect each of them twice and learn of its state late (docs/performance.md).
/// </summary>
internal sealed class ContainerEngine(
    ContainerCli cli,
    ApplicationNetwork network,
    ApplicationRun run,
    ImageBuilder images,
    PersistentContainers persistent,
    StartQueue queue,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IServiceProvider services,
    DistributedApplicationExecutionContext executionContext,
    TimeProvider time) : IInstanceEngine
{
    private const string GraceSeconds = "10";
    private const string GraceAtEndSeconds = "3";
    private const string IdProperty = "container.id";
    private const string StampFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly Channel<InstanceChange> _changes = Channel.CreateUnbounded<InstanceChange>(new() { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceInstance> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceInstance, string> _ids = [];
    private readonly Dictionary<string, ContainerEvent> _ends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ContainerEvent> _earlyEnds = new(StringComparer.Ordinal);

    public async Task StartAsync(ResourceInstance instance, ResourceConfiguration configuration, CancellationToken cancellationToken)
    {
        var resource = (ContainerResource)instance.Resource;
        var identity = IdentityOf(instance);
        var image = await ImageOfAsync(instance, cancellationToken).ConfigureAwait(false);
        var secretFiles = PersistentContainers.Includes(resource) ? null : resource.Annotations.OfType<SecretFilesAnnotation>().LastOrDefault();
        var secrets = configuration.Secrets.Count > 0 && secretFiles is null
            ? await run.Folder.WriteSecretsAsync(instance.Id, configuration.Secrets, cancellationToken).ConfigureAwait(false)
            : null;
        try
        {
            var runtimeArguments = await RuntimeArgumentsAsync(resource, cancellationToken).ConfigureAwait(false);
            using var turn = await queue.EnterAsync(resource, cancellationToken).ConfigureAwait(false);
            List<string> ArgumentsWith(string? environmentFile) => ContainerArguments.Of(resource, identity, image, configuration, environmentFile, network.ArgumentsOf(resource), runtimeArguments);
            var files = await ContainerArchive.CreateAsync(resource, services, cancellationToken).ConfigureAwait(false);
            if (!PersistentContainers.Includes(resource))
            {
                var mounted = new MountedFiles(run.Folder.CreateMountFolder(instance.Id));
                if (secretFiles is not null && configuration.Secrets.Count > 0)
                {
                    runtimeArguments.AddRange(await mounted.WriteSecretsAsync(secretFiles.Folder, configuration.Secrets, cancellationToken).ConfigureAwait(false));
                }

                // In a file system that cannot be written to, a mounted file is like a copied one, and takes two commands less.
                if (files is not null && runtimeArguments.Contains("--read-only") && await mounted.TryTakeAsync(files, cancellationToken).ConfigureAwait(false) is { } mounts)
                {
                    runtimeArguments.AddRange(mounts);
                    files = null;
                }
            }

            var id = PersistentContainers.Includes(resource)
                ? await FindOrCreateAsync().ConfigureAwait(false)
                : await CreateAsync(identity.Name, ArgumentsWith(secrets), files, cancellationToken).ConfigureAwait(false);
            Started(instance, id);

            async Task<string> FindOrCreateAsync()
            {
                var hash = await PersistentContainers.HashAsync(ArgumentsWith(null), configuration, files, cancellationToken).ConfigureAwait(false);
                if (await persistent.FindAsync(resource, cancellationToken).ConfigureAwait(false) is { } existing)
                {
                    if (existing.Configuration is null || existing.Configuration == hash)
                    {
                        if (!existing.IsRunning)
                        {
                            await cli.RunAsync(["start", existing.Id], cancellationToken).ConfigureAwait(false);
                        }

                        return existing.Id;
                    }

                    loggers.GetLogger(resource).LogInformation("The container '{Name}' of an earlier run was made otherwise and is made anew.", identity.Name);
                    await cli.RunAsync(["rm", "-f", "-v", "-i", "-t", GraceSeconds, existing.Id], cancellationToken).ConfigureAwait(false);
                }

                return await CreateAsync(identity.Name, [.. ArgumentsWith(secrets).Prepend($"{PersistentContainers.ConfigurationLabel}={hash}").Prepend("--label")], files, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (secrets is not null)
            {
                run.Folder.RemoveSecrets(instance.Id);
            }
        }
    }

    private async Task<string> CreateAsync(string name, List<string> arguments, Stream? files, CancellationToken cancellationToken)
    {
        try
        {
            if (files is null)
            {
                return LastLine(await cli.RunAsync(["run", "--detach", .. arguments], cancellationToken).ConfigureAwait(false));
            }

            var id = LastLine(await cli.RunAsync(["create", .. arguments], cancellationToken).ConfigureAwait(false));
            await cli.RunAsync(["cp", "-a=false", "-", $"{name}:/"], cancellationToken, files).ConfigureAwait(false);
            await cli.RunAsync(["start", name], cancellationToken).ConfigureAwait(false);
            return id;
        }
        catch (DistributedApplicationException)
        {
            // It may have been made, and then not have started: a port, a mount.
            await cli.TryRunAsync(["rm", "-f", "-v", "-i", name], cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    // The name of an image that is there, or that podman can fetch.
    private async Task<string> ImageOfAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        if (!resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            return resource.TryGetContainerImageName(out var image) ? image : throw new DistributedApplicationException($"Container '{resource.Name}' has no image. Give it one with WithImage.");
        }

        var built = await images.EnsureAsync(resource, build, loggers.GetLogger(resource), () => StateAsync(KnownResourceStates.Building), cancellationToken).ConfigureAwait(false);
        await StateAsync(KnownResourceStates.Starting).ConfigureAwait(false);
        return built;

        Task StateAsync(string state) => notifications.PublishUpdateAsync(resource, instance.Id, s => s with { State = state });
    }

    public async Task StopAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        if (IdOf(instance) is { } id)
        {
            await cli.RunAsync(["stop", "-t", GraceSeconds, id], cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task RemoveAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        if (IdOf(instance) is { } id)
        {
            lock (_lock)
            {
                _ids.Remove(instance);
                _running.Remove(id);
                _ends.Remove(id);
            }

            if (!PersistentContainers.Includes(instance.Resource))
            {
                await cli.RunAsync(["rm", "-f", "-v", "-i", "-t", GraceSeconds, id], cancellationToken).ConfigureAwait(false);
                run.Folder.RemoveMountFolder(instance.Id);
            }
        }
    }

    /// <summary>Stops and removes all containers of the run at once; whether none is left.</summary>
    public async Task<bool> RemoveAllAsync(CancellationToken cancellationToken)
    {
        var (exitCode, output, _) = await cli.TryRunAsync(["ps", "-a", "--format", $"{{{{.ID}}}} {{{{.Names}}}} {{{{index .Labels \"{ContainerArguments.RunLabel}\"}}}}"], cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            return false;
        }

        var ids = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Contains(run.Id, StringComparison.Ordinal))
            .Select(static line => line.Split(' ')[0])
            .ToList();
        return (ids.Count == 0 || (await cli.TryRunAsync(["rm", "-f", "-v", "-t", GraceAtEndSeconds, .. ids], cancellationToken).ConfigureAwait(false)).ExitCode == 0)
            && await network.RemoveAsync(cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<InstanceChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listening = ListenAsync(cancellationToken);
        await foreach (var change in _changes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return change;
        }

        await listening.ConfigureAwait(false);
    }

    public async IAsyncEnumerable<(string Content, bool IsErrorMessage)> ReadLogAsync(ResourceInstance instance, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (IdOf(instance) is not { } id)
        {
            yield break;
        }

        await foreach (var (line, isError) in cli.FollowAsync(["logs", "--timestamps", .. follow ? (string[])["--follow"] : [], id], cancellationToken).ConfigureAwait(false))
        {
            yield return (Stamped(line), isError);
        }
    }

    private static string LastLine(string output) => output[(output.LastIndexOf('\n') + 1)..];

    // Podman's stamps have nine digits and this machine's offset; the resource's own lines have seven and UTC.
    private static string Stamped(string line)
        => line.IndexOf(' ', StringComparison.Ordinal) is var end and > 0
            && DateTimeOffset.TryParse(line.AsSpan(0, end), CultureInfo.InvariantCulture, DateTimeStyles.None, out var stamp)
            ? $"{stamp.UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture)}{line[end..]}"
            : line;

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        // Not only from when podman listens: a container may have ended by then.
        var since = run.Begun;
        try
        {
            while (true)
            {
                var complaint = string.Empty;
                var heard = false;
                string[] arguments = ["events", "--since", since.UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture), "--format", "json", "--filter", $"label={RunLabel}", "--filter", $"label={persistent.Label}"];
                await foreach (var (line, isError) in cli.FollowAsync(arguments, cancellationToken).ConfigureAwait(false))
                {
                    if (isError)
                    {
                        complaint = line;
                    }
                    else if (JsonSerializer.Deserialize(line, ContainerEventContext.Default.ContainerEvent) is { Id: { } id } happened)
                    {
                        heard = true;
                        since = happened.Time ?? since;
                        Happened(id, happened);
                    }
                }

                // Podman stops telling when it begins a new file of events. What it says once more is known by then.
                if (!heard && complaint.Length > 0)
                {
                    throw new DistributedApplicationException($"'{run.Installation.Runtime} events' has ended: what becomes of the containers cannot be seen any more. {complaint}");
                }

                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            _changes.Writer.TryComplete(exception);
        }
    }

    private void Started(ResourceInstance instance, string id)
    {
        lock (_lock)
        {
            _ids[instance] = id;
            WriteStart(instance, id);
            if (_earlyEnds.Remove(id, out var end))
            {
                WriteEnd(instance, id, end);
            }
        }
    }

    private void Happened(string id, ContainerEvent happened)
    {
        lock (_lock)
        {
            if (happened.Status == ContainerEvent.Died)
            {
                if (_running.TryGetValue(id, out var instance))
                {
                    WriteEnd(instance, id, happened);
                }
                else if (!_ids.ContainsValue(id))
                {
                    // Its start may not have been told yet.
                    _earlyEnds[id] = happened;
                }
            }
            else if (happened.Status == ContainerEvent.Start && _ends.TryGetValue(id, out var end) && end.Time < happened.Time && _ids.FirstOrDefault(i => i.Value == id).Key is { } restarted)
            {
                // Somebody has started it again without us.
                WriteStart(restarted, id);
            }
        }
    }

    private void WriteStart(ResourceInstance instance, string id)
    {
        _ends.Remove(id);
        _running[id] = instance;
        _changes.Writer.TryWrite(new(instance, new(KnownResourceStates.Running, KnownResourceStateStyles.Success)) { Started = time.GetUtcNow().UtcDateTime, Id = (IdProperty, id) });
    }

    private void WriteEnd(ResourceInstance instance, string id, ContainerEvent end)
    {
        _running.Remove(id);
        _ends[id] = end;
        _changes.Writer.TryWrite(new(instance, new(KnownResourceStates.Exited, null)) { ExitCode = end.ExitCode, Finished = end.Time?.UtcDateTime, Id = (IdProperty, id) });
    }

    private string? IdOf(ResourceInstance instance)
    {
        lock (_lock)
        {
            return _ids.GetValueOrDefault(instance);
        }
    }

    private string RunLabel => $"{ContainerArguments.RunLabel}={run.Id}";

    private ContainerIdentity IdentityOf(ResourceInstance instance)
    {
        var resource = instance.Resource;
        if (!PersistentContainers.Includes(resource))
        {
            return new(resource.TryGetLastAnnotation<ContainerNameAnnotation>(out var name) ? name.Name : $"{instance.DcpName}-{run.Id}", RunLabel);
        }

        return resource.TryGetLastAnnotation<ContainerNetworkAttachmentAnnotation>(out var attachment)
            ? throw new DistributedApplicationException($"'{resource.Name}' is persistent, but the network '{attachment.Network}' it is on goes with the run. Take it off that network, or give it the lifetime of a session.")
            : new(persistent.NameOf(resource), persistent.Label);
    }

    private async Task<List<string>> RuntimeArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new ContainerRuntimeArgsCallbackContext([], cancellationToken);
        foreach (var callback in resource.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        return await ResourceConfiguration.ResolveAllAsync(context.Args, new() { Caller = resource, ExecutionContext = executionContext }, cancellationToken).ConfigureAwait(false);
    }
}
