using System.Security.Cryptography.X509Certificates;

namespace XoeNovAi.AppHost.Certificates;

/// <summary>What a container has in <c>/tls</c>.</summary>
internal static class TlsFiles
{
    /// <summary>A server's certificate.</summary>
    public const string Certificate = $"/{AuthorityFile.Folder}/server.crt";

    /// <summary>Its key.</summary>
    public const string Key = $"/{AuthorityFile.Folder}/server.key";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The certificate of the run's authority, to trust what it has issued.</summary>
    public static ContainerDirectory Trust(RunCertificateAuthority authority) => Folder(File(AuthorityFile.InContainer, authority.Pem));

    /// <summary>A server's certificate and its key, which everybody in the container can read.</summary>
    public static ContainerDirectory Serve(X509Certificate2 certificate) => Folder(File(Certificate, certificate.ExportCertificatePem()), KeyOf(certificate, Readable));

    /// <summary>The same for a server that takes no key which others could read too.</summary>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="owner">The server's user in the container.</param>
    public static ContainerDirectory ServeAs(X509Certificate2 certificate, int owner)
    {
        var key = KeyOf(certificate, UnixFileMode.UserRead);
        (key.Owner, key.Group) = (owner, owner);
        return Folder(File(Certificate, certificate.ExportCertificatePem()), key);
    }

    private static ContainerFile KeyOf(X509Certificate2 certificate, UnixFileMode mode)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return File(Key, key.ExportPkcs8PrivateKeyPem(), mode);
    }

    private static ContainerFile File(string path, string contents, UnixFileMode mode = Readable) => new() { Name = Path.GetFileName(path), Contents = contents, Mode = mode };

    private static ContainerDirectory Folder(params IEnumerable<ContainerFileSystemItem> entries)
        => new()
        {
            Name = AuthorityFile.Folder,
            Mode = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute,
            Entries = entries,
        };
}
