using System.Collections.Concurrent;
using System.Text.Json;
using XoeNovAi.Hosting.Podman.Model;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Makes the application's networks and the rules that hold them, and removes them when all else has stopped.</summary>
internal sealed class PodmanNetworks(PodmanCli podman, PodmanEnvironment environment, PodmanRun run, PersistentOwner persistentOwner, ResourceNotificationService notifications, ILogger<PodmanNetworks> logger) : IDisposable
{
    private const string HoldScript = "ip link set dev \"$0\" address \"$(ip -o link show dev \"$0\" | sed 's|.*link/ether \\([^ ]*\\).*|\\1|')\"";

    private readonly ConcurrentDictionary<string, Task> _held = new(StringComparer.Ordinal);
    private IReadOnlyList<PodmanNetworkResource> _declared = [];

    // For containers that were put on no other: with a way out, as they have it in Aspire, but apart from all others.
    private PodmanNetworkResource? _common;

    // The same where one of them outlives the application: it stays as long as that is on it.
    private PodmanNetworkResource? _lasting;
    private Task _making = Task.CompletedTask;
    private OwnedRules? _rules;

    /// <summary>The names of the networks that containers of this run are on.</summary>
    public IReadOnlyList<string> Names => [.. _declared.Select(static n => n.NetworkName)];

    /// <summary>Begins to make those that containers are on; who needs one waits for it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="containers">Its containers.</param>
    /// <param name="mended">What has to be done before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Begin(DistributedApplicationModel model, IReadOnlyList<ContainerResource> containers, Task mended, CancellationToken cancellationToken)
    {
        var common = containers.Where(static c => !c.GetPodmanNetworks().Any() && NetworkSharing.OwnerOf(c) is null).ToList();
        var lasts = common.Exists(PersistentOwner.Includes);
        _common = common.Count == 0 ? null : new("common", lasts ? persistentOwner.NetworkName : "aspire") { IsInternal = false };
        _lasting = lasts ? _common : null;
        _declared = [.. model.Resources.OfType<PodmanNetworkResource>(), .. _common is null ? (PodmanNetworkResource[])[] : [_common]];
        foreach (var network in _declared.Where(n => n != _lasting))
        {
            network.BelongsTo(run.Id);
        }

        var names = containers.SelectMany(NamesOf).Append(KnownHostNames.DefaultContainerTunnelHostName).Where(static n => n.Contains('.', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        _making = CreateAsync(names, mended, cancellationToken);
    }

    /// <summary>Where a container is, and by which names: what Podman is told.</summary>
    /// <exception cref="DistributedApplicationException">Its networks could not be made.</exception>
    public async Task<IReadOnlyList<string>> ArgumentsOfAsync(IResource container, CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken).ConfigureAwait(false);
        var memberships = container.Annotations.OfType<NetworkMembership>().GroupBy(static m => m.Network.NetworkName, static (name, same) => (name, (IReadOnlyList<string>)[.. same.SelectMany(static m => m.Aliases)])).ToList();
        return [.. memberships.DefaultIfEmpty((_common?.NetworkName ?? string.Empty, [])).Select(m => $"--network={m.Item1}:{string.Join(',', EverywhereOf(container).Concat(m.Item2).Distinct(StringComparer.Ordinal).Select(static a => $"alias={a}"))}")];
    }

    /// <summary>Waits until the networks are made.</summary>
    public Task MadeAsync(CancellationToken cancellationToken) => _making.WaitAsync(cancellationToken);

    /// <summary>
    /// Lets the networks' bridges keep the hardware address they have. A bridge takes the lowest of its ports', so that
    /// each container which comes or goes may change it; the others then write to the old one until they have found out,
    /// up to eight seconds, in which names are not answered either.
    /// </summary>
    public void HoldBridges(IEnumerable<PodmanNetworkResource> networks)
    {
        foreach (var network in networks)
        {
            if (network.Bridge is { } bridge)
            {
                _held.GetOrAdd(bridge, HoldBridgeAsync);
            }
        }
    }

    /// <summary>Removes them, when no container is on them any more; whether none is left.</summary>
    public async Task<bool> RemoveAsync(CancellationToken cancellationToken)
    {
        await _making.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_held.Values).ConfigureAwait(false);
        if (_rules is { } rules)
        {
            _rules = null;
            await rules.DisposeAsync().ConfigureAwait(false);
        }

        string[] names = [.. _declared.Where(n => n != _lasting).Select(static n => n.NetworkName)];
        _declared = [];
        if (names.Length == 0)
        {
            return true;
        }

        var (exitCode, _, error) = await podman.TryRunAsync(["network", "rm", .. names], cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            logger.LogDebug("Networks are left to the reaper: {Error}", error.Trim());
        }

        return exitCode == 0;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _rules?.Dispose();
        _rules = null;
    }

    private static IEnumerable<string> EverywhereOf(IResource container)
        => [container.Name, $"{container.Name}.dev.internal", .. container.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias)];

    private static IEnumerable<string> NamesOf(IResource container)
        => [.. EverywhereOf(container), .. container.Annotations.OfType<NetworkMembership>().SelectMany(static m => m.Aliases)];

    private async Task CreateAsync(IReadOnlyList<string> names, Task mended, CancellationToken cancellationToken)
    {
        await mended.ConfigureAwait(false);
        if (_declared.Count == 0)
        {
            return;
        }

        try
        {
            // Started together: the rules are then in force as soon as the networks are there, and before any container is.
            _rules = OwnedRules.Open(environment, NetworkRules.TableOf(run.Id));
            await Task.WhenAll(_declared.Select(n => MakeAsync(n, cancellationToken))).ConfigureAwait(false);
            using var inspected = JsonDocument.Parse(await podman.RunAsync(["network", "inspect", .. Names], cancellationToken).ConfigureAwait(false));
            var made = inspected.RootElement.EnumerateArray().Select(MadeNetwork.Parse).ToList();
            NameServerFiles.Check(environment.NamesFolder, made);
            await _rules.ApplyAsync(NetworkRules.Of(run.Id, made, names), cancellationToken).ConfigureAwait(false);
            foreach (var (network, details) in _declared.Zip(made))
            {
                network.Made(details);
                if (network != _common)
                {
                    await notifications.PublishUpdateAsync(network, s => s with
                    {
                        State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                        Properties = [new("Network", network.NetworkName), new("Subnet", details.Subnet), new("Internal", details.IsInternal), new("Isolated", details.IsIsolated), new("Names", details.HasNames)],
                    }).ConfigureAwait(false);
                }
            }
        }
        catch (DistributedApplicationException exception)
        {
            // Who waits for a subnet is told as well.
            foreach (var network in _declared)
            {
                network.NotMade(exception);
            }

            throw;
        }
    }

    private async Task MakeAsync(PodmanNetworkResource network, CancellationToken cancellationToken)
    {
        var (exitCode, _, error) = await podman.TryRunAsync(CreateArguments(network), cancellationToken).ConfigureAwait(false);

        // What lasts may be there from an earlier run.
        if (exitCode != 0 && !(network == _lasting && (await podman.TryRunAsync(["network", "exists", network.NetworkName], cancellationToken).ConfigureAwait(false)).ExitCode == 0))
        {
            throw new DistributedApplicationException(error.Trim());
        }
    }

    private async Task HoldBridgeAsync(string bridge)
    {
        var (exitCode, _, error) = await podman.TryRunAsync(["unshare", "--rootless-netns", "sh", "-c", HoldScript, bridge], CancellationToken.None).ConfigureAwait(false);
        if (exitCode != 0)
        {
            logger.LogWarning("The bridge {Bridge} may change its address when containers come and go, and names then go unanswered for some seconds: {Error}", bridge, error.Trim());
        }
    }

    private string[] CreateArguments(PodmanNetworkResource network)
        =>
        [
            "network", "create",

            // Two internal networks of one user would reach each other all the same.
            "-o", "isolate=true",
            .. network.IsInternal ? (string[])["--internal"] : [],
            .. network.HasNames ? (string[])[] : ["--disable-dns"],
            "--label", network == _lasting ? persistentOwner.Label : run.LabelArgument,
            .. network.Annotations.OfType<NetworkArguments>().SelectMany(static a => a.Arguments),
            network.NetworkName,
        ];
}
