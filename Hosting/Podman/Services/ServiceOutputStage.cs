using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Services;

/// <summary>
/// Keeps build outputs where podman's user can mount them, each in a folder named by the hash of its content: a warm start
/// copies nothing. An image for each would be copied by podman once for every range of user ids it meets.
/// </summary>
internal sealed class ServiceOutputStage(PodmanEnvironment environment, PodmanCli podman, ILogger<ServiceOutputStage> logger, TimeProvider time)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = Readable | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Where a container has its program.</summary>
    public const string Target = "/app";

    private readonly ConcurrentDictionary<ServiceOutputAnnotation, Lazy<Task<string>>> _staged = [];

    /// <summary>What Podman is told so that a container has its program; nothing for others. Instances of one service share it.</summary>
    public async Task<IReadOnlyList<string>> MountAsync(IResource container, CancellationToken cancellationToken)
        => container.Annotations.OfType<ServiceOutputAnnotation>().LastOrDefault() is { } service
            ? ["-v", $"{await StageAsync(service, cancellationToken).ConfigureAwait(false)}:{Target}:ro"]
            : [];

    /// <summary>Stages the programs of a model, all at once, before the first is asked for.</summary>
    public Task StageAllAsync(IEnumerable<IResource> containers, CancellationToken cancellationToken)
        => Task.WhenAll(containers.SelectMany(static c => c.Annotations.OfType<ServiceOutputAnnotation>()).Distinct().Select(s => StageAsync(s, cancellationToken)));

    /// <summary>The folder with a service's program, which is there when this returns.</summary>
    public Task<string> StageAsync(ServiceOutputAnnotation service, CancellationToken cancellationToken)
        => _staged.GetOrAdd(service, s => new(() => Task.Run(() => EnsureAsync(s, cancellationToken), cancellationToken))).Value;

    // The folder of the service's output, which is there when this returns.
    private async Task<string> EnsureAsync(ServiceOutputAnnotation service, CancellationToken cancellationToken)
    {
        var files = FilesOf(service);
        var root = Path.Combine(Path.GetDirectoryName(environment.RunRoot)!, "services");
        var name = $"{service.Service}-{await HashAsync(files, service.Folder, cancellationToken).ConfigureAwait(false)}";
        var folder = Path.Combine(root, name);
        if (Directory.Exists(folder))
        {
            Directory.SetLastWriteTimeUtc(folder, time.GetUtcNow().UtcDateTime);
            return folder;
        }

        logger.LogInformation("Staging {Service} …", service.Service);
        Create(root);
        var made = Path.Combine(root, $".{name}.{Guid.NewGuid():n}");
        try
        {
            Create(made);
            foreach (var file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var target = Path.Combine(made, Path.GetRelativePath(service.Folder, file));
                Create(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
                File.SetUnixFileMode(target, Readable);
            }

            Directory.Move(made, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another run has made the same meanwhile.
        }
        finally
        {
            if (Directory.Exists(made))
            {
                Directory.Delete(made, recursive: true);
            }
        }

        await RemoveOutdatedAsync(root, cancellationToken).ConfigureAwait(false);
        return folder;
    }

    // Earlier content would pile up; what a container still mounts stays.
    private async Task RemoveOutdatedAsync(string root, CancellationToken cancellationToken)
    {
        var limit = time.GetUtcNow().UtcDateTime - Kept;
        var outdated = Directory.GetDirectories(root).Where(f => Directory.GetLastWriteTimeUtc(f) < limit).ToList();
        if (outdated.Count == 0)
        {
            return;
        }

        var containers = await podman.RunAsync(["ps", "--all", "--quiet"], cancellationToken).ConfigureAwait(false);
        var mounted = containers.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } ids
            ? await podman.TryRunAsync(["inspect", "--format", "{{range .Mounts}}{{.Source}}{{\"\\n\"}}{{end}}", .. ids], cancellationToken).ConfigureAwait(false)
            : (ExitCode: 0, Output: string.Empty, Error: string.Empty);
        var sources = mounted.Output.Split('\n').ToHashSet(StringComparer.Ordinal);

        // A container that was removed meanwhile makes podman fail: then the next start removes.
        foreach (var folder in outdated.Where(f => mounted.ExitCode == 0 && !sources.Contains(f)))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another run removes as well.
            }
        }
    }

    private static List<string> FilesOf(ServiceOutputAnnotation service)
        => File.Exists(Path.Combine(service.Folder, service.Assembly))
            ? [.. Directory.EnumerateFiles(service.Folder, "*", SearchOption.AllDirectories).Where(static f => !f.EndsWith(".pdb", StringComparison.Ordinal) && !f.EndsWith(".xml", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : throw new DistributedApplicationException($"'{service.Assembly}' is not in '{service.Folder}'. Build the solution.");

    private static async Task<string> HashAsync(List<string> files, string folder, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file)));

            // Whole files would stay in the large object heap for as long as the AppHost runs.
            var content = File.OpenRead(file);
            await using (content.ConfigureAwait(false))
            {
                hash.AppendData(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    // Whatever the umask is.
    private static void Create(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, Enterable);
        }
    }
}
