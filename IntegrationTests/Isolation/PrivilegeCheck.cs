namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What the kernel lets the processes of containers do, against the contract.</summary>
internal static class PrivilegeCheck
{
    // CapInh, CapPrm, CapEff and CapAmb are at most what the bounding set has.
    private static readonly string[] Sets = ["CapBnd", "CapInh", "CapPrm", "CapEff", "CapAmb"];

    public static async Task<Findings> RunAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var containers = await StackContainers.FindAsync(stack, cancellationToken);
        var processes = await new ContainerProcesses(stack).ListAsync(containers, cancellationToken);
        return new(
            [.. processes.SelectMany(Of)],
            string.Join(Environment.NewLine, processes.Select(static p => $"{p}: {string.Join(", ", Sets.Append("NoNewPrivs").Append("Seccomp").Select(s => $"{s} {p.Status[s]}"))}")));
    }

    private static IEnumerable<Finding> Of(ContainerProcess process)
    {
        var allowed = HardeningContract.CapabilitiesOf(process.Container.Name);
        foreach (var set in Sets)
        {
            var found = Capabilities.Of(process.Status[set]);
            if (found.Except(allowed, StringComparer.Ordinal).Any())
            {
                yield return new(process.Container.Name, $"{set} of {process.Status["Name"]}", allowed.Count == 0 ? "none" : string.Join(' ', allowed), found.Count == 0 ? "none" : string.Join(' ', found));
            }
        }

        if (process.Status["NoNewPrivs"] != "1")
        {
            yield return new(process.Container.Name, $"NoNewPrivs of {process.Status["Name"]}", "1", process.Status["NoNewPrivs"]);
        }

        if (process.Status["Seccomp"] != "2")
        {
            yield return new(process.Container.Name, $"Seccomp of {process.Status["Name"]}", "2, a filter", process.Status["Seccomp"]);
        }
    }
}
