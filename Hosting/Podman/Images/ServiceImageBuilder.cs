using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>Makes a service's image of its build output; its tag is the hash of its content, so a warm start makes nothing.</summary>
internal sealed class ServiceImageBuilder(PodmanCli podman, ILogger logger)
{
    private const string Base = "localhost/xoe-novai/aspnet:10";
    private const string Containerfile = """
        FROM localhost/xoe-novai/aspnet:10
        COPY app /app
        ENTRYPOINT ["dotnet", "/app/{0}"]

        """;

    /// <summary>The tag of the service's image, which is there when this returns.</summary>
    public async Task<string> EnsureAsync(ServiceImageAnnotation service, IReadOnlySet<string> existing, CancellationToken cancellationToken)
    {
        var files = FilesOf(service);
        var recipe = Containerfile.Replace("{0}", service.Assembly, StringComparison.Ordinal);
        var baseId = existing.Contains(Base)
            ? (await podman.RunAsync(["image", "inspect", "--format", "{{.Id}}", Base], cancellationToken).ConfigureAwait(false)).Trim()
            : throw new DistributedApplicationException($"The image '{Base}' that all services stand on is missing. Run eng/setup.");
        var tag = await HashAsync(files, service.Folder, recipe + baseId, cancellationToken).ConfigureAwait(false);
        var image = $"{ServiceImageExtensions.LocalRegistry}/{service.Service}";
        if (existing.Contains($"{image}:{tag}"))
        {
            return tag;
        }

        logger.LogInformation("Making the image of {Service} …", service.Service);
        using var context = new MemoryStream();
        await WriteContextAsync(context, files, service.Folder, recipe, cancellationToken).ConfigureAwait(false);
        context.Position = 0;
        await podman.RunAsync(["build", "--quiet", "--pull-never", "--tag", $"{image}:{tag}", "-"], cancellationToken, context).ConfigureAwait(false);

        await RemoveOutdatedAsync(image, cancellationToken).ConfigureAwait(false);
        return tag;
    }

    // Earlier content would pile up. What is new may belong to another checkout that is about to start it; what is in use stays anyway.
    private async Task RemoveOutdatedAsync(string image, CancellationToken cancellationToken)
    {
        var outdated = await podman.RunAsync(["images", "--filter", $"reference={image}", "--filter", "until=24h", "--format", "{{.Repository}}:{{.Tag}}"], cancellationToken).ConfigureAwait(false);
        if (outdated.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } tags)
        {
            await podman.TryRunAsync(["rmi", .. tags], cancellationToken).ConfigureAwait(false);
        }
    }

    private static List<string> FilesOf(ServiceImageAnnotation service)
        => File.Exists(Path.Combine(service.Folder, service.Assembly))
            ? [.. Directory.EnumerateFiles(service.Folder, "*", SearchOption.AllDirectories).Where(static f => !f.EndsWith(".pdb", StringComparison.Ordinal) && !f.EndsWith(".xml", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : throw new DistributedApplicationException($"'{service.Assembly}' is not in '{service.Folder}'. Build the solution.");

    private static async Task<string> HashAsync(List<string> files, string folder, string recipe, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(recipe));
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file)));
            hash.AppendData(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static async Task WriteContextAsync(Stream target, List<string> files, string folder, string recipe, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(target, TarEntryFormat.Ustar, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            using var text = new MemoryStream(Encoding.UTF8.GetBytes(recipe));
            await writer.WriteEntryAsync(EntryOf("Containerfile", text), cancellationToken).ConfigureAwait(false);
            foreach (var file in files)
            {
                var content = File.OpenRead(file);
                await using (content.ConfigureAwait(false))
                {
                    await writer.WriteEntryAsync(EntryOf($"app/{Path.GetRelativePath(folder, file)}", content), cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    // Owners, modes and times of this checkout are nobody's business and would change the layer.
    private static UstarTarEntry EntryOf(string name, Stream content)
        => new(TarEntryType.RegularFile, name)
        {
            DataStream = content,
            Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
}
