using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Podman.Secrets;
using XoeNovAi.Hosting.Podman.Services;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What containers see of file systems, against what is declared; of a tunnel, against the folder of sockets it is made for.</summary>
internal static class MountCheck
{
    private const string TunnelFolder = "/tunnel";
    private const string CertificateFolder = "/etc/aspire-certificates/private";
    private static readonly string[] CertificateFiles = ["crt", "key", "pem", "pfx"];

    // What Podman puts into every container with a read-only root.
    private static readonly string[] Podmans = ["/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/run/.containerenv"];
    private static readonly string[] InMemory = ["/run", "/tmp", "/var/tmp"];

    public static async Task<Findings> RunAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var reader = new ContainerProcesses(stack);
        var findings = new List<Finding>();
        var report = new List<string>();
        foreach (var container in await StackContainers.FindAsync(stack, cancellationToken))
        {
            var mounts = await reader.MountsAsync(container, cancellationToken);
            findings.AddRange(Of(container, mounts, stack.RunId, await FilesOfAsync(container, stack, cancellationToken)));
            report.Add($"{container}: {string.Join(", ", mounts.Where(static m => m.IsOfHost && !m.Target.StartsWith("/dev/", StringComparison.Ordinal)))}");
        }

        return new(findings, string.Join(Environment.NewLine, report));
    }

    private static IEnumerable<Finding> Of(StackContainer container, IReadOnlyList<ContainerMount> mounts, string runId, IReadOnlySet<string> files)
    {
        var hardening = container.Resource?.Annotations.OfType<ContainerHardening>().LastOrDefault() ?? new();
        var declared = container.Resource?.Annotations.OfType<ContainerMountAnnotation>().ToList() ?? [];
        string[] program = container.Resource?.Annotations.OfType<ServiceOutputAnnotation>().Any() == true ? [ServiceOutputStage.Target] : [];
        var allowed = declared.Select(static m => m.Target).Concat(program).Concat(container.Volumes).Concat(Podmans).Concat(files).ToHashSet(StringComparer.Ordinal);
        var own = container.Resource is { } resource ? $"/run-{runId}/mounts/{resource.Name}/" : $"/run-{runId}/tunnel";
        var inMemory = InMemory.Concat(hardening.TemporaryFolders.Select(static f => f.Split(':')[0])).ToHashSet(StringComparer.Ordinal);
        if (HardeningContract.HasReadOnlyRoot(container.Name) && !mounts.Single(static m => m.Target == "/").IsReadOnly)
        {
            yield return new(container.Name, "root file system", "read-only", "writable");
        }

        foreach (var mount in mounts.Where(static m => !IsKernels(m) && m.Target != "/").Where(m => !(m.IsOfHost ? allowed : inMemory).Contains(m.Target)))
        {
            yield return new(container.Name, $"mount {mount.Target}", "no such mount", mount.ToString());
        }

        foreach (var mount in mounts.Where(m => files.Contains(m.Target) && !(m.IsReadOnly && m.Source.Contains(own, StringComparison.Ordinal))))
        {
            yield return new(container.Name, $"mount {mount.Target}", $"read-only, of {own}", mount.ToString());
        }

        foreach (var mount in mounts.Where(static m => m.Target == ServiceOutputStage.Target && !m.IsReadOnly))
        {
            yield return new(container.Name, $"mount {mount.Target}", "read-only", mount.ToString());
        }

        // A declared volume shows a folder that Podman made for it, never one that was there.
        foreach (var mount in mounts.Where(m => m.IsOfHost && allowed.Contains(m.Target) && declared.All(d => d.Type != ContainerMountType.BindMount || d.Target != m.Target)).Where(m => !IsPodmans(m) && !files.Contains(m.Target) && !program.Contains(m.Target)))
        {
            yield return new(container.Name, $"mount {mount.Target}", "a folder Podman made for it", mount.ToString());
        }
    }

    // Secrets are a folder; other declared files are mounted one by one, or copied.
    private static async Task<HashSet<string>> FilesOfAsync(StackContainer container, ObservedStack stack, CancellationToken cancellationToken)
    {
        if (container.Resource is not { } resource)
        {
            return [TunnelFolder];
        }

        var files = new HashSet<string>(StringComparer.Ordinal);
        if (resource.Annotations.OfType<SecretFilesAnnotation>().LastOrDefault()?.Folder is { } secrets)
        {
            files.Add(secrets);
        }

        if (resource.Annotations.OfType<HttpsCertificateAnnotation>().LastOrDefault()?.Certificate is { } certificate)
        {
            files.UnionWith(CertificateFiles.Select(extension => $"{CertificateFolder}/{certificate.Thumbprint}.{extension}"));
        }

        foreach (var annotation in resource.Annotations.OfType<ContainerFileSystemCallbackAnnotation>())
        {
            var items = await annotation.Callback(new() { Model = resource, Services = stack.Application.Services }, cancellationToken);
            files.UnionWith(items.SelectMany(i => PathsOf(annotation.DestinationPath.TrimEnd('/'), i)));
        }

        return files;
    }

    private static IEnumerable<string> PathsOf(string folder, ContainerFileSystemItem item)
        => item is ContainerDirectory directory ? directory.Entries.SelectMany(e => PathsOf($"{folder}/{item.Name}", e)) : [$"{folder}/{item.Name}"];

    private static bool IsPodmans(ContainerMount mount) => mount.Source.Contains("/userdata/", StringComparison.Ordinal) || mount.Source.EndsWith("/_data", StringComparison.Ordinal);

    private static bool IsKernels(ContainerMount mount)
        => mount.Target is "/proc" or "/sys" or "/dev" || mount.Target.StartsWith("/proc/", StringComparison.Ordinal) || mount.Target.StartsWith("/sys/", StringComparison.Ordinal)
            || (mount.Target.StartsWith("/dev/", StringComparison.Ordinal) && mount.FileSystem is "devtmpfs" or "devpts" or "mqueue" or "tmpfs");
}
