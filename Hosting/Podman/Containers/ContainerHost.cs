using System.Text.RegularExpressions;
using Aspire.Hosting.Eventing;
using XoeNovAi.Hosting.Podman.Model;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Services;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.Hosting.Podman.Tunnels;
using XoeNovAi.Hosting.Podman.Volumes;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Runs the containers of a model from the application's start to its end, and leaves nothing behind.</summary>
internal sealed class ContainerHost(
    PodmanRun run,
    PodmanCli podman,
    PodmanNetworks networks,
    RunVolumes volumes,
    HostTunnels tunnels,
    Leftovers leftovers,
    ServiceOutputStage programs,
    ContainerEvents events,
    PersistentOwner persistentOwner,
    HiddenEndpoints endpoints,
    ChildResources children,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    ILogger<ContainerHost> logger) : IHostedLifecycleService, IAsyncDisposable
{
    private const string GraceAtEndSeconds = "3";
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _lives = [];
    private IReadOnlyList<ContainerLifecycle> _containers = [];
    private Task _listening = Task.CompletedTask;
    private Task<bool>? _removing;

    /// <summary>Begins with what is needed before anything starts; containers start when Aspire says so.</summary>
    /// <param name="model">The model.</param>
    /// <param name="containers">The containers that run here.</param>
    public void Begin(DistributedApplicationModel model, IReadOnlyList<ContainerResource> containers)
    {
        lifetime.ApplicationStopping.Register(_stopping.Cancel);
        run.Begin();
        networks.Begin(model, containers, leftovers.MendAsync(_stopping.Token), _stopping.Token);
        tunnels.Begin(model, eventing, _stopping.Token);

        // Reading and hashing what was built: whoever needs it asks again, and is told what went wrong.
        _lives.Add(programs.StageAllAsync(containers, _stopping.Token));
        _containers = [.. containers.Select(c => ActivatorUtilities.CreateInstance<ContainerLifecycle>(services, c, _stopping.Token))];
        var byName = _containers.ToDictionary(static c => c.Name, StringComparer.Ordinal);
        _listening = ListenAsync(byName);
        eventing.Subscribe<BeforeResourceStartedEvent>((_, _) =>
        {
            endpoints.Show();
            return Task.CompletedTask;
        });
        foreach (var guest in _containers)
        {
            _containers.FirstOrDefault(c => c.Container == NetworkSharing.OwnerOf(guest.Container))?.Accompany(guest);
        }

        foreach (var container in _containers)
        {
            LifecycleCommands.Add(container);
            ChildResources.RunWhenReady(eventing, children, container.Container);
            eventing.Subscribe<ResourceReadyEvent>(container.Container, (_, _) =>
            {
                networks.HoldBridges(container.Container.GetPodmanNetworks());
                return Task.CompletedTask;
            });
            eventing.Subscribe<InitializeResourceEvent>(container.Container, (_, _) =>
            {
                endpoints.Show();
                lock (_lives)
                {
                    _lives.Add(Task.Run(() => container.BeginAsync(_stopping.Token), CancellationToken.None));
                }

                return Task.CompletedTask;
            });
        }
    }

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Beside the processes, which DCP ends meanwhile.
    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _removing ??= RemoveAsync(cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // DCP has stopped by now, whose files are in the run's folder.
    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => EndAsync(cancellationToken);

    /// <summary>Ends what a start that failed has begun, as that is not stopped but disposed of.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var container in _containers)
        {
            container.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task ListenAsync(IReadOnlyDictionary<string, ContainerLifecycle> containers)
    {
        try
        {
            List<Task> listening = [events.ListenAsync([run.LabelArgument], Happened, _stopping.Token)];
            if (containers.Values.Any(static c => PersistentOwner.Includes(c.Container)))
            {
                listening.Add(events.ListenAsync([persistentOwner.Label], Happened, _stopping.Token));
            }

            await (await Task.WhenAny(listening).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The application ends.
        }
        catch (Exception exception)
        {
            logger.LogCritical("The application ends: {Reason}", exception.Message);
            lifetime.StopApplication();
        }

        void Happened(ContainerEvent told)
        {
            if (told.Name is { } name && containers.TryGetValue(name, out var container))
            {
                container.Happened(told);
            }
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        var clean = false;
        try
        {
            clean = await (_removing ??= RemoveAsync(cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            await _listening.ConfigureAwait(false);
            await run.EndAsync(clean, cancellationToken).ConfigureAwait(false);
        }
    }

    // Whether no container, network or volume is left.
    private async Task<bool> RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (var container in _containers)
        {
            container.Leave();
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        List<Task> lives;
        lock (_lives)
        {
            lives = [.. _lives];
        }

        // A podman that is just making a container is waited for: ended now, it would leave one that it does not know.
        await Task.WhenAll(lives).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await tunnels.DisposeAsync().ConfigureAwait(false);
        var guests = _containers.Where(static c => NetworkSharing.OwnerOf(c.Container) is not null).Select(static c => $"name=^{Regex.Escape(c.Name)}$").ToList();

        // Podman removes nothing in whose network others are. It goes by the run's label: of a name there may be another's.
        var clean = (guests.Count == 0 || await RemoveAsync(guests, cancellationToken).ConfigureAwait(false)) & await RemoveAsync([], cancellationToken).ConfigureAwait(false);
        return await networks.RemoveAsync(cancellationToken).ConfigureAwait(false) & await volumes.RemoveAsync(cancellationToken).ConfigureAwait(false) && clean;
    }

    private async Task<bool> RemoveAsync(IEnumerable<string> filters, CancellationToken cancellationToken)
        => (await podman.TryRunAsync(["rm", "-f", "-v", "-i", "-t", GraceAtEndSeconds, .. filters.Prepend($"label={run.LabelArgument}").SelectMany(static f => (string[])["--filter", f])], cancellationToken).ConfigureAwait(false)).ExitCode == 0;
}
