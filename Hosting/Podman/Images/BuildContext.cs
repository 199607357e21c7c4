using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>The files an image's build sees. They are handed over as a tar: podman's user may not be able to read them where they are.</summary>
internal sealed class BuildContext
{
    /// <summary>The Dockerfile's name in the tar.</summary>
    public const string DockerfileName = ".aspire.Dockerfile";

    // Podman reads this ignore file before any other. What is in the tar has been sifted; only what was put there for podman stays out.
    private const string IgnoreFileName = ".containerignore";
    private readonly string _folder;
    private readonly string _dockerfile;
    private readonly List<FileSystemInfo> _entries;

    private BuildContext(string folder, string dockerfile, IEnumerable<FileSystemInfo> entries)
    {
        _folder = folder;
        _dockerfile = dockerfile;
        _entries = [.. entries.OrderBy(static e => e.FullName, StringComparer.Ordinal)];
    }

    /// <summary>Lists the context's files.</summary>
    /// <param name="folder">The context.</param>
    /// <param name="dockerfile">The Dockerfile's content.</param>
    /// <param name="ignored">What an ignore file says.</param>
    public static BuildContext Read(string folder, string dockerfile, string ignored)
        => new(folder, dockerfile, List(new(folder), folder, new(ignored)));

    /// <summary>Changes whenever something changes that the image may be made of.</summary>
    /// <param name="others">What the build depends on besides its files.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<string> HashAsync(IEnumerable<string> others, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in others.Prepend(_dockerfile))
        {
            Append(text);
        }

        foreach (var entry in _entries)
        {
            Append($"{NameOf(entry)} {(int)entry.UnixFileMode} {entry.LinkTarget}");
            if (entry is FileInfo { LinkTarget: null } file)
            {
                var content = Open(file);
                await using (content.ConfigureAwait(false))
                {
                    hash.AppendData(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes($"{text}\0"));
    }

    /// <summary>Writes the tar.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            await WriteTextAsync(DockerfileName, _dockerfile).ConfigureAwait(false);
            await WriteTextAsync(IgnoreFileName, $"{DockerfileName}\n{IgnoreFileName}\n").ConfigureAwait(false);
            foreach (var item in _entries)
            {
                var entry = new PaxTarEntry(TypeOf(item), NameOf(item)) { Mode = item.UnixFileMode, ModificationTime = item.LastWriteTimeUtc };
                switch (entry.EntryType)
                {
                    case TarEntryType.SymbolicLink:
                        entry.LinkName = item.LinkTarget!;
                        break;
                    case TarEntryType.RegularFile:
                        entry.DataStream = Open(item);
                        break;
                }

                using (entry.DataStream)
                {
                    await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        async Task WriteTextAsync(string name, string text)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, cancellationToken).ConfigureAwait(false);
        }
    }

    private static IEnumerable<FileSystemInfo> List(DirectoryInfo folder, string root, IgnoreRules rules)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var name = Path.GetRelativePath(root, entry.FullName);
            var ignored = rules.Ignores(name);
            if (!ignored && name != IgnoreFileName)
            {
                yield return entry;
            }

            if (entry is DirectoryInfo { LinkTarget: null } inner && (!ignored || rules.HasExceptions))
            {
                foreach (var below in List(inner, root, rules))
                {
                    yield return below;
                }
            }
        }
    }

    private static FileStream Open(FileSystemInfo file)
    {
        try
        {
            return File.OpenRead(file.FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"'{file.FullName}', which an image is built of, cannot be read: {exception.Message} Leave it out with a .dockerignore, or make it readable.", exception);
        }
    }

    private static TarEntryType TypeOf(FileSystemInfo entry)
        => entry.LinkTarget is not null ? TarEntryType.SymbolicLink : entry is DirectoryInfo ? TarEntryType.Directory : TarEntryType.RegularFile;

    private string NameOf(FileSystemInfo entry) => Path.GetRelativePath(_folder, entry.FullName);
}
