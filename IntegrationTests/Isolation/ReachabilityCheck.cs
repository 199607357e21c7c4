using System.Diagnostics;
using System.Net;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The matrix of a stack: from every container to every address and port of every other, of the host, and outside.</summary>
internal static class ReachabilityCheck
{
    /// <summary>Addresses of nobody, kept for documentation (RFC 5737). The guard has shown that nothing gets there.</summary>
    public static ProbeTarget Elsewhere { get; } = new(IPAddress.Parse("203.0.113.1"), 80);

    /// <summary>Sends the packets and compares.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="lab">What is worked with.</param>
    /// <param name="withDetours">Whether containers get routes beyond their networks; what is declared stays the same.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Findings> RunAsync(ObservedStack stack, Lab lab, bool withDetours, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var containers = await StackContainers.FindAsync(stack, cancellationToken);
        List<Finding> wrong = [.. containers.SelectMany(OffTheirNetworks)];
        var matrix = await ReachabilityMatrix.OfAsync(stack, containers, Beyond(stack, lab), cancellationToken);
        await using var detour = withDetours ? await Detour.AddAsync(stack, containers, await ObservedNetworks.FindAsync(stack, cancellationToken), cancellationToken) : null;
        var left = await lab.Guard.LeftAsync(cancellationToken);
        var answers = await lab.Prober.ConnectAsync([.. containers.Select(static c => c.ProcessId)], [.. matrix.Rows.Select(static r => r.Target)], cancellationToken);
        var compared = matrix.Compare(answers);
        wrong.AddRange(compared.All);
        if (await lab.Guard.LeftAsync(cancellationToken) is var now && now != left)
        {
            wrong.Add(new("(all containers)", "packets on their way out of the machine, dropped by the guard", "0", $"{now - left}"));
        }

        return new(wrong, $"{compared.Report}{Environment.NewLine}{answers.Count} probes from {containers.Count} containers in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s.");
    }

    private static IEnumerable<Finding> OffTheirNetworks(StackContainer container)
    {
        var declared = ReachabilityMatrix.NetworksOf(container).Order(StringComparer.Ordinal).ToList();
        var found = container.Addresses.Keys.Order(StringComparer.Ordinal).ToList();
        if (!declared.SequenceEqual(found))
        {
            yield return new(container.Name, "networks", string.Join(", ", declared), string.Join(", ", found));
        }
    }

    private static IEnumerable<(string Owner, ProbeTarget Target)> Beyond(ObservedStack stack, Lab lab)
    {
        foreach (var target in lab.Outside.Targets)
        {
            yield return ("(outside)", target);
        }

        yield return ("(elsewhere)", Elsewhere);
        yield return ("(elsewhere)", Elsewhere with { Protocol = ProbeProtocol.Udp });
        yield return ("(elsewhere)", ProbeTarget.Echo(Elsewhere.Address));
        var published = stack.Model.Resources.OfType<ContainerResource>().SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>()).Select(static e => e.AllocatedEndpoint?.Port).OfType<int>().First();
        foreach (var address in HostAddresses.All())
        {
            yield return ("(host)", new(address, published));
            yield return ("(host)", new(address, ReachabilityMatrix.Closed, ProbeProtocol.Udp));
            yield return ("(host)", ProbeTarget.Echo(address));
        }
    }
}
