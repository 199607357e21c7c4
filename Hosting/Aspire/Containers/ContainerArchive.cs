using System.Formats.Tar;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Containers;

/// <summary>Packs the files that go into a container before it starts, as <c>podman cp -</c> takes them.</summary>
internal static class ContainerArchive
{
    private const UnixFileMode AllFiles = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const UnixFileMode AllFolders = AllFiles | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode DefaultUmask = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The archive, to be unpacked at the container's root; null when no file goes in.</summary>
    public static async Task<Stream?> CreateAsync(IResource resource, IServiceProvider services, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        var any = false;
        var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var files in resource.Annotations.OfType<ContainerFileSystemCallbackAnnotation>().ToList())
            {
                foreach (var item in await files.Callback(new() { Model = resource, ServiceProvider = services }, cancellationToken).ConfigureAwait(false))
                {
                    any = true;
                    await WriteAsync(writer, files, files.DestinationPath.Trim('/'), item, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        archive.Position = 0;
        return any ? archive : null;
    }

    private static async Task WriteAsync(TarWriter writer, ContainerFileSystemCallbackAnnotation defaults, string folder, ContainerFileSystemItem item, CancellationToken cancellationToken)
    {
        var path = folder.Length == 0 ? item.Name : $"{folder}/{item.Name}";
        var isFolder = item is ContainerDirectory;
        var entry = new PaxTarEntry(isFolder ? TarEntryType.Directory : TarEntryType.RegularFile, path)
        {
            Uid = item.Owner ?? defaults.DefaultOwner ?? 0,
            Gid = item.Group ?? defaults.DefaultGroup ?? 0,
            Mode = item.Mode != UnixFileMode.None ? item.Mode : (isFolder ? AllFolders : AllFiles) & ~(defaults.Umask ?? DefaultUmask),
        };
        switch (item)
        {
            case ContainerDirectory directory:
                await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                foreach (var inner in directory.Entries)
                {
                    await WriteAsync(writer, defaults, path, inner, cancellationToken).ConfigureAwait(false);
                }

                break;
            case ContainerFileBase file:
                try
                {
                    entry.DataStream = file.SourcePath is { } source ? File.OpenRead(source) : new MemoryStream(Encoding.UTF8.GetBytes(file.Contents ?? string.Empty));
                }
                catch (IOException exception) when (file.ContinueOnError == true || Unreadable(file, exception))
                {
                    return;
                }

                await using (entry.DataStream.ConfigureAwait(false))
                {
                    await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }

                break;
            default:
                throw new InvalidOperationException($"'{item.GetType()}' cannot be put into a container.");
        }
    }

    private static bool Unreadable(ContainerFileBase file, IOException exception)
        => throw new DistributedApplicationException($"The file '{file.SourcePath}', which goes into the container as '{file.Name}', cannot be read: {exception.Message}", exception);
}
