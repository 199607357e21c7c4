namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A mount, as a container sees it.</summary>
/// <param name="Target">Where it is.</param>
/// <param name="Source">What of its file system is shown there.</param>
/// <param name="FileSystem">The kind of file system.</param>
/// <param name="IsReadOnly">Whether nothing can be written through it.</param>
internal sealed record ContainerMount(string Target, string Source, string FileSystem, bool IsReadOnly)
{
    private const int SourceField = 3;
    private const int TargetField = 4;
    private const int OptionsField = 5;

    /// <summary>Whether it shows files of the host, and not what the kernel or Podman made for the container.</summary>
    public bool IsOfHost => FileSystem is not ("tmpfs" or "proc" or "sysfs" or "devpts" or "mqueue" or "cgroup" or "cgroup2" or "overlay" or "devtmpfs" or "fuse.fuse-overlayfs");

    /// <summary>Reads a line of mountinfo.</summary>
    public static ContainerMount Parse(string line)
    {
        var halves = line.Split(" - ", 2);
        var fields = halves[0].Split(' ');
        return new(fields[TargetField], fields[SourceField], halves[1].Split(' ')[0], fields[OptionsField].Split(',').Contains("ro"));
    }

    /// <inheritdoc />
    public override string ToString() => $"{Target} ({FileSystem} {Source})";
}
