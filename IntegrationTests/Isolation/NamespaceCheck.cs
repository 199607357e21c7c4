namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Whose user ids and namespaces the containers' processes have: none of the host's, and none of another container's.</summary>
internal static class NamespaceCheck
{
    private static readonly string[] Own = ["ipc", "mnt", "net", "pid", "user", "uts"];

    public static async Task<Findings> RunAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var containers = await StackContainers.FindAsync(stack, cancellationToken);
        var processes = await new ContainerProcesses(stack).ListAsync(containers, cancellationToken);
        return new(Of(containers, processes), string.Join(Environment.NewLine, processes.Select(static p => $"{p}: user {p.HostUsers[0]} on the host; ids {MapOf(p)}")));
    }

    /// <summary>What is wrong with these processes of these containers.</summary>
    public static IReadOnlyList<Finding> Of(IReadOnlyList<StackContainer> containers, IReadOnlyList<ContainerProcess> processes)
    {
        var main = containers.Select(c => processes.Single(p => p.ProcessId == c.ProcessId)).ToList();
        return [.. processes.SelectMany(UsersOf), .. main.SelectMany(p => NamespacesOf(p, main)), .. main.SelectMany((p, i) => SharedIdsOf(p, main.Skip(i + 1)))];
    }

    private static string MapOf(ContainerProcess process)
        => string.Join(", ", process.UserMap.Select(static m => $"{m.Inside}..{m.Inside + m.Count - 1} are {m.Host}..{m.Host + m.Count - 1}"));

    private static IEnumerable<Finding> UsersOf(ContainerProcess process)
    {
        if (process.HostUsers.Contains(0))
        {
            yield return new(process.Container.Name, $"user of {process.Status["Name"]}", "not root on the host", "root on the host");
        }

        if (process.UserMap.Count == 0 || process.UserMap.Any(static m => m.Host == 0 || m.Count >= uint.MaxValue))
        {
            yield return new(process.Container.Name, $"user map of {process.Status["Name"]}", "a part of the user's range", process.UserMap.Count == 0 ? "none" : MapOf(process));
        }
    }

    private static IEnumerable<Finding> NamespacesOf(ContainerProcess process, IReadOnlyList<ContainerProcess> all)
    {
        foreach (var kind in Own)
        {
            var host = new FileInfo($"/proc/self/ns/{kind}").LinkTarget!;
            if (process.Namespaces[kind] == host)
            {
                yield return new(process.Container.Name, $"{kind} namespace", "one of its own", "the host's");
            }

            var others = all.Where(p => p != process && p.Namespaces[kind] == process.Namespaces[kind]).Select(static p => p.Container.Name).ToList();
            if (others.Count > 0 && process.Namespaces[kind] != host)
            {
                yield return new(process.Container.Name, $"{kind} namespace", "one of its own", $"also that of {string.Join(" and ", others)}");
            }
        }
    }

    private static IEnumerable<Finding> SharedIdsOf(ContainerProcess process, IEnumerable<ContainerProcess> others)
        => others.Where(o => process.UserMap.Any(a => o.UserMap.Any(b => a.Host < b.Host + b.Count && b.Host < a.Host + a.Count)))
            .Select(o => new Finding(process.Container.Name, "user map", "ids of its own", $"ids in common with {o.Container.Name}"));
}
