using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using XoeNovAi.Hosting.Podman.Services;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// Acts from inside the network namespaces of containers; nothing needs to be in them. There is none without a guard:
/// a packet of a container that is not as isolated as it should be goes nowhere.
/// </summary>
internal sealed class Prober
{
    private const string Image = "localhost/xoe-novai/aspnet:10";
    private const string Assembly = "Prober.dll";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly ObservedStack _stack;
    private readonly EgressGuard _guard;
    private readonly NamespaceShell _shell;
    private readonly string _folder;

    private Prober(ObservedStack stack, EgressGuard guard, string folder)
    {
        _stack = stack;
        _guard = guard;
        _shell = new(stack.Podman);
        _folder = folder;
    }

    // Beside the tests.
    private static string BuiltProber => Path.Combine(AppContext.BaseDirectory, "..", "..", "Prober", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));

    /// <summary>Stages the program that probes.</summary>
    public static async Task<Prober> CreateAsync(ObservedStack stack, EgressGuard guard, CancellationToken cancellationToken)
        => new(stack, guard, await StageAsync(stack, cancellationToken));

    /// <summary>What has Podman run the program by a name, in the background, with arguments of its own.</summary>
    public static async Task<IReadOnlyList<string>> CommandAsync(ObservedStack stack, string name, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var folder = await StageAsync(stack, cancellationToken);
        return ["run", "--rm", "--detach", $"--name={name}", .. Run(stack, folder), .. arguments];
    }

    /// <summary>Knocks at all targets at once, from all processes' networks at once.</summary>
    public async Task<IReadOnlyDictionary<(int ProcessId, ProbeTarget Target), Answer>> ConnectAsync(IReadOnlyCollection<int> processIds, IReadOnlyCollection<ProbeTarget> targets, CancellationToken cancellationToken)
    {
        await EnsureGuardedAsync(processIds, cancellationToken);
        var numbered = targets.Distinct().ToList();
        var order = new StringBuilder();
        order.Append(CultureInfo.InvariantCulture, $"{Patience.TotalMilliseconds:0}\n{string.Join(' ', processIds)}\n");
        foreach (var target in numbered)
        {
            order.Append(CultureInfo.InvariantCulture, $"{target.Address} {target.Port} {target.Protocol}\n");
        }

        using var input = new MemoryStream(Encoding.ASCII.GetBytes(order.ToString()));
        var output = await _stack.Podman.RunAsync(
            ["run", "--rm", "--interactive", .. Run(_stack, _folder)],
            cancellationToken,
            input);
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split(' ')).ToDictionary(
            w => (int.Parse(w[0], CultureInfo.InvariantCulture), numbered[int.Parse(w[1], CultureInfo.InvariantCulture)]),
            static w => Enum.Parse<Answer>(w[2], ignoreCase: true));
        var unasked = processIds.Count * numbered.Count - answers.Count;
        return unasked == 0 ? answers : throw new StackException($"{unasked} of {processIds.Count * numbered.Count} probes were not answered for.");
    }

    /// <summary>Resolves names as each container does: with its resolver and its hosts.</summary>
    public async Task<IReadOnlyDictionary<(int ProcessId, string Name), IReadOnlyList<IPAddress>>> ResolveAsync(IReadOnlyCollection<int> processIds, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        await EnsureGuardedAsync(processIds, cancellationToken);
        var script = $$"""
            from() {
              set +e
              process=$1
              shift
              mount -t tmpfs none /mnt || exit 1
              for file in resolv.conf hosts; do
                cat "/proc/$process/root/etc/$file" > "/mnt/$file" && mount --bind "/mnt/$file" "/etc/$file" || exit 1
              done
              for name; do
                (found=$(getent -s 'files dns' ahostsv4 "$name" | awk '{ print $1 }' | sort -u | tr '\n' ' '); echo "$process $name $found") &
              done
              wait
            }
            export -f from
            export RES_OPTIONS='timeout:1 attempts:1'
            for process in {{string.Join(' ', processIds)}}; do
              nsenter -t "$process" -n unshare -m bash -c 'from "$@"' from "$process" {{string.Join(' ', names)}} &
            done
            wait
            """;
        var found = (await _shell.RunAsync(script, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(
                static w => (int.Parse(w[0], CultureInfo.InvariantCulture), w[1]),
                static w => (IReadOnlyList<IPAddress>)[.. w.Skip(2).Select(IPAddress.Parse)]);
        return found.Count == processIds.Count * names.Count ? found : throw new StackException($"{processIds.Count * names.Count - found.Count} names were not asked for.");
    }

    private static Task<string> StageAsync(ObservedStack stack, CancellationToken cancellationToken)
        => new ServiceOutputStage(stack.Environment, stack.Podman, NullLogger<ServiceOutputStage>.Instance, TimeProvider.System).StageAsync(new("prober", Path.GetFullPath(BuiltProber), Assembly), cancellationToken);

    // In the user namespace that all others are children of, and among the host's processes: from there it can enter their networks.
    private static string[] Run(ObservedStack stack, string folder) =>
    [
        $"--label=io.xoe-novai.run={stack.RunId}", "--network=none", "--pid=host", "--user=0", "--read-only",
        "--cap-drop=ALL", "--cap-add=SYS_ADMIN,SYS_PTRACE,NET_RAW", "--ulimit=nofile=16384:16384", "--env=DOTNET_EnableDiagnostics=0", $"--volume={folder}:{ServiceOutputStage.Target}:ro", Image, $"{ServiceOutputStage.Target}/{Assembly}",
    ];

    // A container whose network is not one of the user's bridges has a way out that the guard does not see.
    private async Task EnsureGuardedAsync(IReadOnlyCollection<int> processIds, CancellationToken cancellationToken)
    {
        await _guard.LeftAsync(cancellationToken);
        var script = new StringBuilder("here=$(readlink /proc/self/ns/net)\n");
        foreach (var process in processIds)
        {
            script.Append(CultureInfo.InvariantCulture, $"[ \"$(readlink /proc/{process}/ns/net)\" != \"$here\" ] || echo 'process {process} is on the network of the host'\n");
            script.Append(CultureInfo.InvariantCulture, $"nsenter -t {process} -n ip -o -d link | grep -v -e LOOPBACK -e veth | sed 's/^/process {process} has the interface /' || true\n");
        }

        var complaints = (await _shell.RunAsync(script.ToString(), cancellationToken)).Trim();
        if (complaints.Length > 0)
        {
            throw new AssertFailedException($"Not isolated, and not probed, as a packet could leave the machine: {complaints}");
        }
    }
}
