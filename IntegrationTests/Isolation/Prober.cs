using System.Globalization;
using System.Net;
using System.Text;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// Acts from inside the network namespaces of containers. There is none without a guard: a packet of a container
/// that is not as isolated as it should be goes nowhere.
/// </summary>
internal sealed class Prober(Stack stack, EgressGuard guard)
{
    private const int PatienceSeconds = 3;
    private readonly NamespaceShell _shell = new(stack.Podman);

    /// <summary>Knocks at all targets at once, from all processes' networks at once.</summary>
    public async Task<IReadOnlyDictionary<(int ProcessId, ProbeTarget Target), Answer>> ConnectAsync(IReadOnlyCollection<int> processIds, IReadOnlyCollection<ProbeTarget> targets, CancellationToken cancellationToken)
    {
        await EnsureGuardedAsync(processIds, cancellationToken);

        // Bash opens the connections itself. A refusal comes back as an error of the connection, with UDP as one of the next call.
        var script = $$"""
            knock() {
              echo "asked $*"
              case $4 in
                tcp) said=$( (exec 3<>"/dev/tcp/$2/$3") 2>&1) ;;
                udp) said=$( (exec 3<>"/dev/udp/$2/$3"; echo >&3; read -t {{PatienceSeconds}} -n 1 -u 3) 2>&1) ;;
              esac && echo "open $*" || echo "failed $* ${said//$'\n'/ }"
            }
            from() {
              set +e -m
              process=$1
              shift
              knocks=
              for target; do
                knock "$process" ${target//,/ } &
                knocks="$knocks $!"
              done
              (sleep {{PatienceSeconds}}; for one in $knocks; do kill -- "-$one"; done) > /dev/null 2>&1 &
              watch=$!
              wait $knocks
              kill -- "-$watch"
              true
            }
            export -f knock from
            for process in {{string.Join(' ', processIds)}}; do
              nsenter -t "$process" -n bash -c 'from "$@" 2> /dev/null' from "$process" {{string.Join(' ', targets.Select(static t => $"{t.Address},{t.Port},{(t.Udp ? "udp" : "tcp")}"))}} &
            done
            wait
            """;
        var answers = new Dictionary<(int, ProbeTarget), Answer>();
        foreach (var line in (await _shell.RunAsync(script, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Read(line, answers);
        }

        var unasked = processIds.Count * targets.Count - answers.Count;
        return unasked == 0 ? answers : throw new StackException($"{unasked} of {processIds.Count * targets.Count} probes were not sent.");
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

    private static void Read(string line, Dictionary<(int, ProbeTarget), Answer> answers)
    {
        // "asked", "open" or "failed", then process, address, port, protocol, and what went wrong.
        var words = line.Split(' ');
        var target = (int.Parse(words[1], CultureInfo.InvariantCulture), new ProbeTarget(IPAddress.Parse(words[2]), int.Parse(words[3], CultureInfo.InvariantCulture), words[4] == "udp"));
        var answer = words[0] switch
        {
            "open" => Answer.Open,
            "failed" when line.Contains("refused", StringComparison.OrdinalIgnoreCase) => Answer.Refused,
            _ => Answer.None,
        };
        answers[target] = answers.TryGetValue(target, out var known) && known > answer ? known : answer;
    }

    // A container whose network is not one of the user's bridges has a way out that the guard does not see.
    private async Task EnsureGuardedAsync(IReadOnlyCollection<int> processIds, CancellationToken cancellationToken)
    {
        await guard.LeftAsync(cancellationToken);
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
