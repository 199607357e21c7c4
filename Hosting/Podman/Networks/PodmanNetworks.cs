using System.Collections.Concurrent;
using System.Text.Json;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Makes the application's networks, and removes them when all else has stopped.</summary>
internal sealed class PodmanNetworks(PodmanCli podman, PodmanEnvironment environment, ResourceNotificationService notifications, IConfiguration configuration, ILogger<PodmanNetworks> logger) : IHostedLifecycleService
{
    private const string RunLabel = "io.xoe-novai.run";
    private const string HoldScript = "ip link set dev \"$0\" address \"$(ip -o link show dev \"$0\" | sed 's|.*link/ether \\([^ ]*\\).*|\\1|')\"";
    private readonly ConcurrentDictionary<string, Task> _held = new(StringComparer.Ordinal);
    private IReadOnlyList<PodmanNetworkResource> _made = [];
    private OwnedRules? _rules;

    private string RunId => configuration["DcpPublisher:RunId"]!;

    /// <summary>Makes the networks, and the rules that hold them.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="names">Names with dots that containers have on them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task CreateAsync(IReadOnlyList<PodmanNetworkResource> networks, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        if (networks.Count == 0)
        {
            return;
        }

        // Started together: the rules are then in force as soon as the networks are there, and before any container is.
        _made = networks;
        _rules = OwnedRules.Open(environment, NetworkRules.TableOf(RunId));
        await Task.WhenAll(networks.Select(n => podman.RunAsync(CreateArguments(n), cancellationToken))).ConfigureAwait(false);
        using var inspected = JsonDocument.Parse(await podman.RunAsync(["network", "inspect", .. networks.Select(static n => n.NetworkName)], cancellationToken).ConfigureAwait(false));
        var made = inspected.RootElement.EnumerateArray().Select(MadeNetwork.Parse).ToList();
        await _rules.ApplyAsync(NetworkRules.Of(RunId, made, names), cancellationToken).ConfigureAwait(false);
        foreach (var (network, details) in networks.Zip(made))
        {
            network.Made(details);
            await notifications.PublishUpdateAsync(network, s => s with
            {
                State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                Properties = [new("Network", network.NetworkName), new("Subnet", details.Subnet), new("Internal", details.IsInternal), new("Isolated", details.IsIsolated), new("Names", details.HasNames)],
            }).ConfigureAwait(false);
        }
    }

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

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // By now the containers are gone.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_held.Values).ConfigureAwait(false);
        if (_rules is { } rules)
        {
            _rules = null;
            await rules.DisposeAsync().ConfigureAwait(false);
        }

        if (_made.Count == 0)
        {
            return;
        }

        var (exitCode, _, error) = await podman.TryRunAsync(["network", "rm", .. _made.Select(static n => n.NetworkName)], cancellationToken).ConfigureAwait(false);
        _made = [];
        configuration["DcpPublisher:NetworksRemoved"] = (exitCode == 0).ToString();
        if (exitCode != 0)
        {
            logger.LogDebug("Networks are left to the reaper: {Error}", error.Trim());
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
            "--label", $"{RunLabel}={RunId}",
            .. network.Annotations.OfType<NetworkArguments>().SelectMany(static a => a.Arguments),
            network.NetworkName,
        ];
}
