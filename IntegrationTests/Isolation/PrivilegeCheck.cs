using XoeNovAi.Hosting.Podman.Hardening;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What the kernel lets the processes of containers do, against what is declared.</summary>
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
        var declared = process.Container.Resource?.Annotations.OfType<ContainerHardening>().LastOrDefault()?.Capabilities ?? [];
        foreach (var set in Sets)
        {
            var found = Capabilities.Of(process.Status[set]);
            if (found.Except(declared, StringComparer.Ordinal).Any() || (set == "CapBnd" && declared.Except(found, StringComparer.Ordinal).Any()))
            {
                yield return new(process.Container.Name, $"{set} of {process.Status["Name"]}", declared.Count == 0 ? "none" : string.Join(' ', declared), found.Count == 0 ? "none" : string.Join(' ', found));
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
