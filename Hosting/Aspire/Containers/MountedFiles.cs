using System.Formats.Tar;

namespace Aspire.Hosting.Containers;

/// <summary>Files of one container that it mounts, read-only.</summary>
/// <param name="folder">Where they are on the host.</param>
internal sealed class MountedFiles(string folder)
{
    // Each is a mount of its own.
    private const int Most = 16;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes secrets, each to a file of its name; what the runtime is told of it.</summary>
    public async Task<IEnumerable<string>> WriteSecretsAsync(string target, IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "secrets")).FullName;
        File.SetUnixFileMode(place, Readable | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (var (name, value) in secrets)
        {
            if (name.AsSpan().IndexOfAny('/', '\0') >= 0)
            {
                throw new DistributedApplicationException($"The secret environment variable '{name}' has a name that no file can have. Give it another, without '/'.");
            }

            using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(value));
            await WriteAsync(Path.Combine(place, name), content, cancellationToken).ConfigureAwait(false);
        }

        return [.. MountOf(place, target), .. secrets.Keys.SelectMany(n => (string[])["-e", $"{n}_FILE={target}/{n}"])];
    }

    /// <summary>Takes the files of an archive, as far as everybody may read them and nobody in particular owns them; what the runtime is told of it, or null when they have to be copied.</summary>
    public async Task<IEnumerable<string>?> TryTakeAsync(Stream archive, CancellationToken cancellationToken)
    {
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new TarReader(archive, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                var isFolder = entry.EntryType == TarEntryType.Directory;
                if (entry is not { Uid: 0, Gid: 0 } || !entry.Mode.HasFlag(Readable) || (!isFolder && (entry.Mode & ~Readable & ~UnixFileMode.UserWrite) != 0) || targets.Count > Most)
                {
                    archive.Position = 0;
                    return null;
                }

                if (!isFolder)
                {
                    var place = Path.Combine(folder, $"file{targets.Count}");
                    await WriteAsync(place, entry.DataStream ?? Stream.Null, cancellationToken).ConfigureAwait(false);
                    targets[$"/{entry.Name.TrimStart('/')}"] = place;
                }
            }
        }

        return targets.SelectMany(static t => MountOf(t.Value, t.Key));
    }

    private static string[] MountOf(string source, string target) => ["-v", $"{source}:{target}:ro"];

    private static async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var file = File.Create(path);
        await using (file.ConfigureAwait(false))
        {
            await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        }

        File.SetUnixFileMode(path, Readable);
    }
}
