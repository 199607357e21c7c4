using XoeNovAi.Hosting.Podman.Hardening;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What the resources' containers see of file systems, against what is declared.</summary>
internal static class MountCheck
{
    // What Podman puts into every container with a read-only root.
    private static readonly string[] Podmans = ["/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/run/.containerenv"];
    private static readonly string[] InMemory = ["/run", "/tmp", "/var/tmp"];

    public static async Task<Findings> RunAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var reader = new ContainerProcesses(stack);
        var findings = new List<Finding>();
        var report = new List<string>();
        foreach (var container in (await StackContainers.FindAsync(stack, cancellationToken)).Where(static c => c.Resource is not null))
        {
            var mounts = await reader.MountsAsync(container, cancellationToken);
            findings.AddRange(Of(container, mounts));
            report.Add($"{container}: {string.Join(", ", mounts.Where(static m => m.IsOfHost && !m.Target.StartsWith("/dev/", StringComparison.Ordinal)))}");
        }

        return new(findings, string.Join(Environment.NewLine, report));
    }

    private static IEnumerable<Finding> Of(StackContainer container, IReadOnlyList<ContainerMount> mounts)
    {
        var hardening = container.Resource!.Annotations.OfType<ContainerHardening>().LastOrDefault() ?? new();
        var declared = container.Resource.Annotations.OfType<ContainerMountAnnotation>().ToList();
        var allowed = declared.Select(static m => m.Target).Concat(container.Volumes).Concat(Podmans).ToHashSet(StringComparer.Ordinal);
        var inMemory = InMemory.Concat(hardening.TemporaryFolders.Select(static f => f.Split(':')[0])).ToHashSet(StringComparer.Ordinal);
        if (mounts.Single(static m => m.Target == "/").IsReadOnly != hardening.ReadOnlyRoot)
        {
            yield return new(container.Name, "root file system", hardening.ReadOnlyRoot ? "read-only" : "writable", hardening.ReadOnlyRoot ? "writable" : "read-only");
        }

        foreach (var mount in mounts.Where(static m => !IsKernels(m) && m.Target != "/").Where(m => !(m.IsOfHost ? allowed : inMemory).Contains(m.Target)))
        {
            yield return new(container.Name, $"mount {mount.Target}", "no such mount", mount.ToString());
        }

        // A declared volume shows a folder that Podman made for it, never one that was there.
        foreach (var mount in mounts.Where(m => m.IsOfHost && allowed.Contains(m.Target) && declared.All(d => d.Type != ContainerMountType.BindMount || d.Target != m.Target)).Where(static m => !IsPodmans(m)))
        {
            yield return new(container.Name, $"mount {mount.Target}", "a folder Podman made for it", mount.ToString());
        }
    }

    private static bool IsPodmans(ContainerMount mount) => mount.Source.Contains("/userdata/", StringComparison.Ordinal) || mount.Source.EndsWith("/_data", StringComparison.Ordinal);

    private static bool IsKernels(ContainerMount mount)
        => mount.Target is "/proc" or "/sys" or "/dev" || mount.Target.StartsWith("/proc/", StringComparison.Ordinal) || mount.Target.StartsWith("/sys/", StringComparison.Ordinal)
            || (mount.Target.StartsWith("/dev/", StringComparison.Ordinal) && mount.FileSystem is "devtmpfs" or "devpts" or "mqueue" or "tmpfs");
}
