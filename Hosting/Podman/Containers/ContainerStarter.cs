using System.Globalization;
using System.Text.RegularExpressions;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Model;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Secrets;
using XoeNovAi.Hosting.Podman.Services;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.Hosting.Podman.Volumes;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Makes a container and starts it: with one command where its files can be mounted.</summary>
internal sealed partial class ContainerStarter(
    PodmanCli podman,
    PodmanRun run,
    PodmanNetworks networks,
    RunVolumes volumes,
    ServiceOutputStage programs,
    HardeningArguments hardening,
    ImageBuilder images,
    PersistentContainers persistent,
    PersistentOwner persistentOwner,
    StartQueue queue,
    HeldPorts held,
    DistributedApplicationExecutionContext executionContext,
    IServiceProvider services)
{
    private const string GraceSeconds = "10";
    private const int MostAttempts = 3;
    private static readonly TimeSpan AttemptPause = TimeSpan.FromSeconds(0.5);
    private int _starts;

    /// <summary>Starts a container whose configuration is known.</summary>
    /// <param name="container">The container.</param>
    /// <param name="configuration">Its configuration.</param>
    /// <param name="building">Told before an image is built.</param>
    /// <param name="logger">The container's log, which gets what Podman says meanwhile, such as the progress of a pull.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>What Podman has made.</returns>
    /// <exception cref="DistributedApplicationException">It could not be started.</exception>
    public async Task<StartedContainer> StartAsync(ContainerResource container, ContainerConfiguration configuration, Func<Task> building, ILogger logger, CancellationToken cancellationToken)
    {
        var image = await ImageOfAsync(container, building, logger, cancellationToken).ConfigureAwait(false);
        var mountFolder = run.Folder.CreateMountFolder(container.Name);
        var files = await ContainerFiles.CollectAsync(container, configuration.Certificates, services, cancellationToken).ConfigureAwait(false);
        var owner = NetworkSharing.OwnerOf(container) is { } other ? NameOf(other) : null;
        List<string> runtimeArguments =
        [
            .. owner is null ? await networks.ArgumentsOfAsync(container, cancellationToken).ConfigureAwait(false) : [$"--network=container:{owner}"],
            .. await programs.MountAsync(container, cancellationToken).ConfigureAwait(false),
            .. await volumes.ArgumentsOfAsync(container, cancellationToken).ConfigureAwait(false),
            .. hardening.Of(container, owner),

            // Of what is said twice Podman takes the last.
            .. await DeclaredArgumentsAsync(container, cancellationToken).ConfigureAwait(false),
        ];
        var isPersistent = PersistentOwner.Includes(container);
        var secretFolder = isPersistent ? null : container.Annotations.OfType<SecretFilesAnnotation>().LastOrDefault()?.Folder;
        if (secretFolder is not null && configuration.Secrets.Count > 0)
        {
            runtimeArguments.AddRange(await ContainerFiles.MountSecretsAsync(configuration.Secrets, mountFolder, secretFolder, cancellationToken).ConfigureAwait(false));
        }

        if (!isPersistent && ContainerFiles.CanBeMounted(files, HardeningArguments.HasReadOnlyRoot(container)))
        {
            runtimeArguments.AddRange(await ContainerFiles.MountAsync(files, mountFolder, cancellationToken).ConfigureAwait(false));
            files = [];
        }

        var plan = await WithEnvironmentAsync(
            new(container, NameOf(container), isPersistent ? persistentOwner.Label : run.LabelArgument, image) { LogFile = isPersistent ? null : Path.Combine(run.Folder.Logs, $"{container.Name}-{Interlocked.Increment(ref _starts)}.log"), Arguments = configuration.Arguments, RuntimeArguments = runtimeArguments, SharedVolumes = await SharedVolumesAsync(container, cancellationToken).ConfigureAwait(false) },
            configuration,
            secretFolder is null ? configuration.Secrets : new Dictionary<string, string>(),
            cancellationToken).ConfigureAwait(false);
        using var turn = await queue.EnterAsync(container, cancellationToken).ConfigureAwait(false);
        held.Release(container);
        try
        {
            return plan.LogFile is { } log
                ? new(await CreateAsync(plan, [], files, logger, cancellationToken).ConfigureAwait(false), log)
                : await persistent.FindOrCreateAsync(plan, files, configuration, logger, CreateAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (plan.EnvironmentFile is { } path)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>What a container is called in Podman.</summary>
    public string NameOf(ContainerResource container)
        => container.TryGetLastAnnotation<ContainerNameAnnotation>(out var name) ? name.Name
            : PersistentOwner.Includes(container) ? persistentOwner.NameOf(container)
            : $"{container.Name.ToLowerInvariant()}-{run.Id}";

    /// <summary>Stops a container, with ten seconds for what it has still to do.</summary>
    public Task StopAsync(string id, CancellationToken cancellationToken) => podman.RunAsync(["stop", "-t", GraceSeconds, id], cancellationToken);

    /// <summary>Removes a container that has ended, or ends it before, with those in its network.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) => podman.RunAsync(["rm", "-f", "-v", "-i", "--depend", "-t", GraceSeconds, id], cancellationToken);

    // Whoever takes a port in the moment between is mostly gone again at once.
    private async Task<string> CreateAsync(ContainerPlan plan, IReadOnlyList<string> options, IReadOnlyList<StagedFile> files, ILogger logger, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CreateOnceAsync(plan, options, files, logger, cancellationToken).ConfigureAwait(false);
            }
            catch (DistributedApplicationException exception) when (attempt < MostAttempts && TakenPort().Match(exception.Message) is { Success: true } taken)
            {
                var port = int.Parse(taken.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);
                logger.LogWarning("Port {Port} is taken by {Holder}; the start is tried again.", port, EndpointAllocation.HolderOf(port) ?? "somebody who has let go of it again, or whom only root can see");
                await Task.Delay(AttemptPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<string> CreateOnceAsync(ContainerPlan plan, IReadOnlyList<string> options, IReadOnlyList<StagedFile> files, ILogger logger, CancellationToken cancellationToken)
    {
        List<string> arguments = [.. options, .. ContainerArguments.Of(plan)];
        void Say(string line) => logger.LogInformation("{Line}", line);
        try
        {
            if (files.Count == 0)
            {
                return LastLine(await podman.RunAsync(["run", "--detach", .. arguments], cancellationToken, complained: Say).ConfigureAwait(false));
            }

            var id = LastLine(await podman.RunAsync(["create", .. arguments], cancellationToken, complained: Say).ConfigureAwait(false));
            await CopyAsync(files, plan, cancellationToken).ConfigureAwait(false);
            await podman.RunAsync(["start", plan.Name], cancellationToken).ConfigureAwait(false);
            return id;
        }
        catch (DistributedApplicationException)
        {
            // It may have been made, and then not have started: a port, a mount. Of its name there may be another's, which is left alone.
            await podman.TryRunAsync(
                ["rm", "-f", "-v", "--filter", $"name=^{Regex.Escape(plan.Name)}$", "--filter", $"label={plan.Label}", "--filter", $"label={ContainerArguments.ResourceLabel}={plan.Container.Name}"],
                cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task CopyAsync(IReadOnlyList<StagedFile> files, ContainerPlan plan, CancellationToken cancellationToken)
    {
        var temporary = RunFolder.CreateWritable(Path.Combine(run.FolderPath, $"copy-{plan.Container.Name}"));
        try
        {
            using var archive = await ContainerFiles.PackAsync(files, cancellationToken).ConfigureAwait(false);
            await podman.UnpackAsync(plan.Name, archive, temporary, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    // In a file and not among the arguments, where every user of this machine could read them; but for what has several lines.
    private async Task<ContainerPlan> WithEnvironmentAsync(ContainerPlan plan, ContainerConfiguration configuration, IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken)
    {
        if (secrets.FirstOrDefault(static s => HasLines(s.Value)) is { Key: { } several })
        {
            throw new DistributedApplicationException($"The secret environment variable '{several}' of '{plan.Container.Name}' has a line break, which an environment file cannot carry. Give it as a file, with WithSecretFiles.");
        }

        var lines = configuration.Environment.Where(static e => !HasLines(e.Value)).Concat(secrets).Select(static e => $"{e.Key}={e.Value}\n").ToList();
        return plan with
        {
            Environment = configuration.Environment.Where(static e => HasLines(e.Value)).ToDictionary(),
            EnvironmentFile = lines.Count == 0 ? null : await run.Folder.WriteSecretAsync($"{plan.Container.Name}.env", string.Concat(lines), cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<string> ImageOfAsync(ContainerResource container, Func<Task> building, ILogger logger, CancellationToken cancellationToken)
        => container.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build)
            ? await images.EnsureAsync(container, build, logger, building, cancellationToken).ConfigureAwait(false)
            : container.Annotations.OfType<PodmanImageAnnotation>().Last().Name;

    private async Task<List<string>> DeclaredArgumentsAsync(IResource container, CancellationToken cancellationToken)
    {
        var context = new ContainerRuntimeArgsCallbackContext([], cancellationToken);
        foreach (var callback in container.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        return await new ContainerValues(container, executionContext).ResolveAllAsync(context.Args, cancellationToken).ConfigureAwait(false);
    }

    [GeneratedRegex(@":(?<port>\d+): bind: address already in use")]
    private static partial Regex TakenPort();

    private static bool HasLines(string value) => value.AsSpan().IndexOfAny('\r', '\n') >= 0;

    // Those of a container that another of the model has as well, or that one runs with: whoever took their files would take them from that.
    private async Task<HashSet<string>> SharedVolumesAsync(ContainerResource container, CancellationToken cancellationToken)
    {
        var shared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var volume in VolumesOf(container))
        {
            if (services.GetRequiredService<DistributedApplicationModel>().Resources.Any(r => r != container && VolumesOf(r).Contains(volume, StringComparer.Ordinal))
                || (await podman.RunAsync(["ps", "--filter", $"volume={volume}", "--format", "{{.Names}}"], cancellationToken).ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(name => name != NameOf(container)))
            {
                shared.Add(volume);
            }
        }

        return shared;
    }

    private static IEnumerable<string> VolumesOf(IResource resource)
        => resource.Annotations.OfType<ContainerMountAnnotation>().Where(static m => m is { Type: ContainerMountType.Volume, Source.Length: > 0 }).Select(static m => m.Source!).Distinct(StringComparer.Ordinal);

    private static string LastLine(string output) => output[(output.LastIndexOf('\n') + 1)..];
}

/// <summary>A container that Podman has made and started.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogFile">Where its monitor writes what it says.</param>
/// <param name="LogBegin">How much of that is of an earlier run, in bytes.</param>
internal sealed record StartedContainer(string Id, string LogFile, long LogBegin = 0);
