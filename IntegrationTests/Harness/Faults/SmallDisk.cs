using System.Globalization;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.Hosting.Podman.Volumes;

namespace XoeNovAi.IntegrationTests.Harness.Faults;

/// <summary>
/// A disk of some megabytes that a container has in the place of its volume. It can be filled, and made read-only: both are seen by the
/// container as those of a disk, as it is a file system of its own, in memory, which Podman's user mounts in its own namespace.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Filler = "filler";
    private readonly PodmanCli _podman;
    private readonly string _folder;

    private SmallDisk(PodmanCli podman, string folder) => (_podman, _folder) = (podman, folder);

    public static async Task<SmallDisk> MakeAsync(PodmanCli podman, int megabytes, CancellationToken cancellationToken)
    {
        var disk = new SmallDisk(podman, Directory.CreateTempSubdirectory("xoe-novai-disk-").FullName);

        // Podman's user only passes through it.
        File.SetUnixFileMode(disk._folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        await disk.RunAsync(["mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=1777"), "tmpfs", disk._folder], cancellationToken);
        return disk;
    }

    /// <summary>Gives it to a container for what the model has a volume for.</summary>
    public void GiveTo(IDistributedApplicationBuilder builder, string container)
    {
        var resource = builder.Resources.OfType<ContainerResource>().Single(r => r.Name == container);
        var volume = resource.Annotations.OfType<RunVolumeAnnotation>().Single();
        resource.Annotations.Remove(volume);
        builder.CreateResourceBuilder(resource).WithContainerRuntimeArgs("-v", $"{_folder}:{volume.Target}:U");
    }

    /// <summary>Takes all the room it has.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        var (exitCode, _, error) = await _podman.TryRunAsync(["unshare", "dd", "if=/dev/zero", $"of={_folder}/{Filler}", "bs=4k", "oflag=append", "conv=notrunc"], cancellationToken);
        Assert.AreNotEqual(0, exitCode);
        Assert.Contains("No space left", error);
    }

    /// <summary>Gives that back.</summary>
    public Task FreeAsync() => RunAsync(["rm", "-f", $"{_folder}/{Filler}"], CancellationToken.None);

    /// <summary>Makes it read-only, which a disk lets itself be made while nobody has a file open for writing; or writable again.</summary>
    public Task RemountAsync(string mode, CancellationToken cancellationToken) => RunAsync(["mount", "-o", $"remount,{mode}", _folder], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _podman.TryRunAsync(["unshare", "umount", "-l", _folder], CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private Task RunAsync(IEnumerable<string> command, CancellationToken cancellationToken) => _podman.RunAsync(["unshare", .. command], cancellationToken);
}
