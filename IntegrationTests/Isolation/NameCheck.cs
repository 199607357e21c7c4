namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Who can resolve whom: those that share a network, and to the addresses on it.</summary>
internal static class NameCheck
{
    public static async Task<Findings> RunAsync(ObservedStack stack, Lab lab, CancellationToken cancellationToken)
    {
        var containers = await StackContainers.FindAsync(stack, cancellationToken);
        var named = containers.Where(static c => c.Resource is not null).ToList();
        var holders = named.SelectMany(static c => NamesOf(c).Select(n => (Name: n, Container: c))).ToLookup(static h => h.Name, static h => h.Container);
        var found = await lab.Prober.ResolveAsync([.. containers.Select(static c => c.ProcessId)], [.. holders.Select(static h => h.Key)], cancellationToken);
        var wrong = new List<Finding>();
        var report = new List<string>();
        foreach (var from in containers)
        {
            var networks = ReachabilityMatrix.NetworksOf(from);
            foreach (var holder in holders)
            {
                var allowed = holder.SelectMany(c => c.Addresses.Where(a => networks.Contains(a.Key)).Select(static a => a.Value)).ToHashSet();
                var seen = found[(from.ProcessId, holder.Key)];
                report.Add($"{from.Name} asks for {holder.Key}: {Words(seen)}");
                if (seen.Count == 0 != (allowed.Count == 0) || !seen.All(allowed.Contains))
                {
                    wrong.Add(new(from.Name, $"name {holder.Key}", allowed.Count == 0 ? Words(allowed) : $"of {Words(allowed)}", Words(seen)));
                }
            }
        }

        return new(wrong, string.Join(Environment.NewLine, report));
    }

    private static string Words(IReadOnlyCollection<System.Net.IPAddress> addresses) => addresses.Count == 0 ? "no address" : string.Join(", ", addresses);

    private static IEnumerable<string> NamesOf(StackContainer container)
        => [container.Name, .. container.Resource!.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias)];
}
