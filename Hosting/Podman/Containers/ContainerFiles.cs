using System.Formats.Tar;
using System.Text;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>A file or folder that goes into a container before it starts.</summary>
/// <param name="Path">Where it will be.</param>
/// <param name="Content">What is in it; null for a folder.</param>
/// <param name="Mode">Who may do what with it.</param>
/// <param name="Owner">The id of its owner inside of the container.</param>
/// <param name="Group">The id of its group inside of the container.</param>
internal sealed record StagedFile(string Path, byte[]? Content, UnixFileMode Mode, int Owner = 0, int Group = 0);

/// <summary>Collects the files that go into a container, and hands them over: mounted where that is the same, else copied.</summary>
internal static class ContainerFiles
{
    // Each is a mount of its own.
    private const int MostMounts = 24;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode AllFiles = Readable | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode AllFolders = AllFiles | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode DefaultUmask = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Asks the model for them.</summary>
    /// <exception cref="DistributedApplicationException">A file cannot be read.</exception>
    public static async Task<IReadOnlyList<StagedFile>> CollectAsync(IResource container, ContainerCertificates certificates, IServiceProvider services, CancellationToken cancellationToken)
    {
        var collected = new List<StagedFile>(certificates.Files);
        await AddAsync(collected, container, certificates.Https, services, cancellationToken).ConfigureAwait(false);
        collected.AddRange(certificates.Keys());
        return collected;
    }

    /// <summary>The same without certificates, which nobody has when nothing runs.</summary>
    /// <exception cref="DistributedApplicationException">A file cannot be read.</exception>
    public static async Task<IReadOnlyList<StagedFile>> CollectAsync(IResource container, IServiceProvider services, CancellationToken cancellationToken)
    {
        var collected = new List<StagedFile>();
        await AddAsync(collected, container, https: null, services, cancellationToken).ConfigureAwait(false);
        return collected;
    }

    private static async Task AddAsync(List<StagedFile> collected, IResource container, ContainerFileSystemCallbackHttpsCertificateContext? https, IServiceProvider services, CancellationToken cancellationToken)
    {
        foreach (var files in container.Annotations.OfType<ContainerFileSystemCallbackAnnotation>().ToList())
        {
            var context = new ContainerFileSystemCallbackContext { Model = container, Services = services, HttpsCertificateContext = https };
            foreach (var item in await files.Callback(context, cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(collected, files, new(files.DestinationPath.TrimEnd('/'), null, UnixFileMode.None, files.DefaultOwner ?? 0, files.DefaultGroup ?? 0), item, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Whether a mount is like a copy: the container cannot write beside them, everybody may read them, nobody in particular owns
    /// them, and no folder is empty, which would not be there. It takes two commands less.
    /// </summary>
    public static bool CanBeMounted(IReadOnlyList<StagedFile> files, bool readOnlyRoot)
        => readOnlyRoot && files.Count(static f => f.Content is not null) <= MostMounts
            && files.Where(static f => f.Content is null).All(folder => files.Any(f => f.Content is not null && f.Path.StartsWith($"{folder.Path}/", StringComparison.Ordinal)))
            && files.All(static f => f is { Owner: 0, Group: 0 } && f.Mode.HasFlag(Readable) && (f.Content is null || (f.Mode & ~Readable & ~UnixFileMode.UserWrite) == 0));

    /// <summary>Writes them into a folder of the run; what Podman is told to mount them.</summary>
    public static async Task<IReadOnlyList<string>> MountAsync(IEnumerable<StagedFile> files, string folder, CancellationToken cancellationToken)
    {
        var arguments = new List<string>();
        foreach (var (file, index) in files.Where(static f => f.Content is not null).GroupBy(static f => f.Path, static (_, same) => same.Last(), StringComparer.Ordinal).Select(static (f, i) => (f, i)))
        {
            var place = Path.Combine(folder, $"file{index}");
            await WriteAsync(place, file.Content!, cancellationToken).ConfigureAwait(false);
            arguments.AddRange(["-v", $"{place}:{file.Path}:ro"]);
        }

        return arguments;
    }

    /// <summary>Writes secrets into a folder of the run, each to a file of its name; what Podman is told to mount it.</summary>
    /// <exception cref="DistributedApplicationException">A name cannot be a file's.</exception>
    public static async Task<IReadOnlyList<string>> MountSecretsAsync(IReadOnlyDictionary<string, string> secrets, string folder, string target, CancellationToken cancellationToken)
    {
        var place = Runs.RunFolder.CreateEnterable(Path.Combine(folder, "secrets"));
        foreach (var (name, value) in secrets)
        {
            if (name.AsSpan().IndexOfAny('/', '\0') >= 0)
            {
                throw new DistributedApplicationException($"The secret environment variable '{name}' has a name that no file can have. Give it another, without '/'.");
            }

            await WriteAsync(Path.Combine(place, name), Encoding.UTF8.GetBytes(value), cancellationToken).ConfigureAwait(false);
        }

        return ["-v", $"{place}:{target}:ro", .. secrets.Keys.SelectMany(n => (string[])["-e", $"{n}_FILE={target}/{n}"])];
    }

    /// <summary>Packs them as <c>podman cp -</c> takes them, to be unpacked at the container's root.</summary>
    public static async Task<Stream> PackAsync(IEnumerable<StagedFile> files, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var file in files)
            {
                var entry = new PaxTarEntry(file.Content is null ? TarEntryType.Directory : TarEntryType.RegularFile, file.Path.TrimStart('/')) { Uid = file.Owner, Gid = file.Group, Mode = file.Mode };
                using var content = new MemoryStream(file.Content ?? []);
                if (file.Content is not null)
                {
                    entry.DataStream = content;
                }

                await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }

        archive.Position = 0;
        return archive;
    }

    // What an item does not say of itself, its folder says; of the mode a file takes what a file can have.
    private static async Task AddAsync(List<StagedFile> collected, ContainerFileSystemCallbackAnnotation defaults, StagedFile folder, ContainerFileSystemItem item, CancellationToken cancellationToken)
    {
        var path = $"{folder.Path}/{item.Name}";
        var kind = item is ContainerDirectory ? AllFolders : AllFiles;
        var mode = item.Mode != UnixFileMode.None ? item.Mode : kind & (folder.Mode != UnixFileMode.None ? folder.Mode : ~(defaults.Umask ?? DefaultUmask));
        var owner = item.Owner ?? folder.Owner;
        var group = item.Group ?? folder.Group;
        switch (item)
        {
            case ContainerDirectory directory:
                // Unless it says which mode it has, what is in it has the default too.
                var made = new StagedFile(path, null, mode, owner, group);
                collected.Add(made);
                foreach (var inner in directory.Entries)
                {
                    await AddAsync(collected, defaults, made with { Mode = item.Mode != UnixFileMode.None ? item.Mode : folder.Mode }, inner, cancellationToken).ConfigureAwait(false);
                }

                break;
            case ContainerFileBase file:
                if (await ReadAsync(file, cancellationToken).ConfigureAwait(false) is { } content)
                {
                    collected.Add(new(path, content, mode, owner, group));
                }

                break;
            default:
                throw new DistributedApplicationException($"'{item.Name}' is a '{item.GetType().Name}', which cannot be put into a container on Podman.");
        }
    }

    private static async Task<byte[]?> ReadAsync(ContainerFileBase file, CancellationToken cancellationToken)
    {
        try
        {
            return file.SourcePath is { } source ? await File.ReadAllBytesAsync(source, cancellationToken).ConfigureAwait(false) : Encoding.UTF8.GetBytes(file.Contents ?? string.Empty);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return file.ContinueOnError == true
                ? null
                : throw new DistributedApplicationException($"The file '{file.SourcePath}', which goes into the container as '{file.Name}', cannot be read: {exception.Message}", exception);
        }
    }

    private static async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(path, content, cancellationToken).ConfigureAwait(false);
        File.SetUnixFileMode(path, Readable);
    }
}
