using System.Globalization;
using System.Net;
using System.Text;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// Who may reach what, as the AppHost declares it: a container reaches the declared ports of those it shares a
/// network with, at their addresses on that network, and nothing else.
/// </summary>
internal sealed class ReachabilityMatrix
{
    /// <summary>A port nobody listens on: reached, it is refused.</summary>
    public const int Closed = 1;

    private ReachabilityMatrix(IReadOnlyList<StackContainer> containers, IReadOnlyList<MatrixRow> rows)
    {
        Containers = containers;
        Rows = rows;
    }

    /// <summary>From where probes are sent.</summary>
    public IReadOnlyList<StackContainer> Containers { get; }

    /// <summary>Where to.</summary>
    public IReadOnlyList<MatrixRow> Rows { get; }

    /// <summary>The matrix of a running stack.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="containers">Its containers.</param>
    /// <param name="outside">Addresses outside, and what those get from them who have a way out.</param>
    /// <param name="beyond">Other addresses that belong to nobody of the stack: none may reach them.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    public static async Task<ReachabilityMatrix> OfAsync(ObservedStack stack, IReadOnlyList<StackContainer> containers, IEnumerable<(ProbeTarget Target, Answer Answer)> outside, IEnumerable<(string Owner, ProbeTarget Target)> beyond, CancellationToken cancellationToken)
    {
        var listening = await ListeningAsync(stack, containers, cancellationToken);
        var rows = new List<MatrixRow>();
        foreach (var container in containers)
        {
            var declared = DeclaredPortsOf(container, listening[container]);
            foreach (var (network, address) in container.Addresses.OrderBy(static a => a.Key, StringComparer.Ordinal))
            {
                rows.AddRange(declared.Order().Select(p => new MatrixRow(container.Name, network, new(address, p), Answer.Open, "declared")));
                rows.AddRange(listening[container].Except(declared).Order().Select(p => new MatrixRow(container.Name, network, new(address, p), Answer.Refused, "listens, undeclared")));
                rows.Add(new(container.Name, network, new(address, Closed), Answer.Refused, "closed"));
                rows.Add(new(container.Name, network, new(address, Closed, ProbeProtocol.Udp), Answer.Refused, "closed"));
                rows.Add(new(container.Name, network, ProbeTarget.Echo(address), Answer.Open, "echo"));
            }
        }

        foreach (var (network, made) in (await ObservedNetworks.FindAsync(stack, cancellationToken)).OrderBy(static n => n.Key, StringComparer.Ordinal).Where(static n => n.Value.Gateway is not null))
        {
            var gateway = IPAddress.Parse(made.Gateway!);
            rows.Add(new("(bridge)", network, new(gateway, Closed), Answer.Refused, "closed"));
            rows.Add(new("(bridge)", network, ProbeTarget.Echo(gateway), Answer.Open, "echo"));
        }

        rows.AddRange(outside.Select(static t => new MatrixRow("(outside)", null, t.Target, t.Answer, "beyond")));
        rows.AddRange(beyond.Select(static b => new MatrixRow(b.Owner, null, b.Target, Answer.None, "beyond")));
        return new(containers, rows);
    }

    /// <summary>The networks a container was declared to be on; a tunnel is on the one it was made for.</summary>
    public static IReadOnlyCollection<string> NetworksOf(StackContainer container)
        => container.Resource is { } resource ? [.. resource.GetPodmanNetworks().Select(static n => n.NetworkName)] : [.. container.Addresses.Keys];

    /// <summary>What a container is to get from a target; null where nothing is said, of a container's own undeclared ports.</summary>
    public static Answer? Expected(StackContainer from, MatrixRow row)
    {
        if (from.Name == row.Owner)
        {
            return row.ToMembers == Answer.Open ? Answer.Open : null;
        }

        return row.Network is { } network
            ? (NetworksOf(from).Contains(network) ? row.ToMembers : Answer.None)
            : (HasWayOut(from) ? row.ToMembers : Answer.None);
    }

    /// <summary>Whether a container was declared to be on a network with a way out.</summary>
    public static bool HasWayOut(StackContainer container) => container.Resource?.GetPodmanNetworks().Any(static n => !n.IsInternal) ?? false;

    /// <summary>The cells that are not as declared, and all of them as a table; one that is not says what it is and what it was to be.</summary>
    public Findings Compare(IReadOnlyDictionary<(int ProcessId, ProbeTarget Target), Answer> answers)
    {
        var wrong = new List<Finding>();
        var lines = new List<string[]> { (string[])["target", "", "", .. Containers.Select(static c => c.Name)] };
        foreach (var row in Rows)
        {
            var cells = new List<string> { row.Owner, row.Target.ToString(), row.Note };
            foreach (var from in Containers)
            {
                var answer = answers[(from.ProcessId, row.Target)];
                var expected = Expected(from, row);
                cells.Add(expected is null ? "." : answer == expected ? Word(answer) : $"!{Word(answer)} not {Word(expected.Value)}");
                if (expected is not null && answer != expected)
                {
                    wrong.Add(new(from.Name, $"{row.Owner} {row.Target} ({row.Note})", Word(expected.Value), Word(answer)));
                }
            }

            lines.Add([.. cells]);
        }

        return new(wrong, $"{Format(lines)}open: connected or answered; refused: reached, nobody listens; -: not reached; .: a container's own address.");
    }

    /// <summary>What was seen, as a picture: a cell for each container and each address of another, red where anything sent to it was not answered as declared.</summary>
    public string Picture(IReadOnlyDictionary<(int ProcessId, ProbeTarget Target), Answer> answers)
        => MatrixPicture.Draw(
            [.. Containers.Select(static c => c.Name)],
            [.. Rows.GroupBy(r => (r.Owner, Network: ShortName(r.Network))).Select(g => (
                g.Key.Network is null ? g.Key.Owner : $"{g.Key.Owner} on {g.Key.Network}",
                (IReadOnlyList<(PictureCell, string)>)[.. Containers.Select(from => Cell(from, [.. g.Select(r => (r, answers[(from.ProcessId, r.Target)]))]))]))]);

    private static (PictureCell Cell, string Title) Cell(StackContainer from, IReadOnlyList<(MatrixRow Row, Answer Answer)> seen)
    {
        var title = string.Join('\n', seen.Select(s => $"{from.Name} → {s.Row.Owner} {s.Row.Target} ({s.Row.Note}): {Word(s.Answer)}{(Expected(from, s.Row) is { } e && e != s.Answer ? $", declared is {Word(e)}" : string.Empty)}"));
        return seen.Any(s => Expected(from, s.Row) is { } expected && expected != s.Answer)
            ? (PictureCell.Wrong, title)
            : (from.Name == seen[0].Row.Owner ? PictureCell.Own : seen.Any(static s => s.Answer != Answer.None) ? PictureCell.Reached : PictureCell.Apart, title);
    }

    // Without the run's id.
    private static string? ShortName(string? network) => network?[..network.LastIndexOf('-')];

    private static string Word(Answer answer) => answer switch { Answer.Open => "open", Answer.Refused => "refused", _ => "-" };

    private static string Format(List<string[]> lines)
    {
        var widths = Enumerable.Range(0, lines[0].Length).Select(i => lines.Max(l => l[i].Length)).ToList();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.AppendJoin("  ", line.Select((c, i) => c.PadRight(widths[i]))).AppendLine();
        }

        return text.ToString();
    }

    private static HashSet<int> DeclaredPortsOf(StackContainer container, IReadOnlyCollection<int> listening)
        => container.Resource is { } resource
            ? [.. resource.Annotations.OfType<EndpointAnnotation>().Select(static e => e.TargetPort).OfType<int>()]
            : [.. listening];

    private static async Task<Dictionary<StackContainer, IReadOnlyCollection<int>>> ListeningAsync(ObservedStack stack, IReadOnlyList<StackContainer> containers, CancellationToken cancellationToken)
    {
        var script = string.Join('\n', containers.Select(static c => $"echo {c.ProcessId}: $(nsenter -t {c.ProcessId} -n ss -ltnH | awk '{{ print $4 }}')"));
        var printed = (await new NamespaceShell(stack.Podman).RunAsync(script, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return containers.Zip(printed).ToDictionary(
            static p => p.First,
            static p => (IReadOnlyCollection<int>)p.Second.Split(' ').Skip(1)
                .Where(static a => !a.StartsWith("127.", StringComparison.Ordinal) && !a.StartsWith("[::1]", StringComparison.Ordinal))
                .Select(static a => int.Parse(a[(a.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture))
                .ToHashSet());
    }
}
