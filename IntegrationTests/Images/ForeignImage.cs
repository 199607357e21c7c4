using System.Formats.Tar;
using System.Text;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.IntegrationTests.Images;

/// <summary>An image none of ours: nginx of Debian's packages, with pages of the test's own. Disposing removes it.</summary>
internal sealed class ForeignImage : IAsyncDisposable
{
    private const string Containerfile = """
        FROM localhost/xoe-novai/nginx:1
        COPY site.conf /etc/nginx/conf.d/site.conf

        """;

    private readonly PodmanCli _podman;

    private ForeignImage(PodmanCli podman, string name)
    {
        _podman = podman;
        Name = name;
    }

    public string Name { get; }

    /// <summary>Makes it.</summary>
    /// <param name="podman">Podman.</param>
    /// <param name="site">nginx' settings of the site.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    public static async Task<ForeignImage> MakeAsync(PodmanCli podman, string site, CancellationToken cancellationToken)
    {
        var image = new ForeignImage(podman, $"localhost/xoe-novai/test-{Guid.NewGuid():n}:1");
        using var context = new MemoryStream();
        await using (var writer = new TarWriter(context, TarEntryFormat.Ustar, leaveOpen: true))
        {
            await AddAsync(writer, "Containerfile", Containerfile, cancellationToken);
            await AddAsync(writer, "site.conf", site, cancellationToken);
        }

        context.Position = 0;
        await podman.RunAsync(["build", "--quiet", "--pull-never", "--tag", image.Name, "-"], cancellationToken, context);
        return image;
    }

    public async ValueTask DisposeAsync() => await _podman.RunAsync(["rmi", "--force", Name], CancellationToken.None);

    private static async Task AddAsync(TarWriter writer, string name, string text, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await writer.WriteEntryAsync(
            new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead }, cancellationToken);
    }
}
