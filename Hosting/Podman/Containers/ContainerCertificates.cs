using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>The certificates a container trusts beyond those of its image, and the one it serves with.</summary>
/// <param name="Files">The files that hold them.</param>
/// <param name="Https">Where its own is, for those who write its other files; null when it has none.</param>
/// <param name="Keys">The files with its own key, once those others are written: only those somebody refers to.</param>
internal sealed record ContainerCertificates(IReadOnlyList<StagedFile> Files, ContainerFileSystemCallbackHttpsCertificateContext? Https, Func<IReadOnlyList<StagedFile>> Keys)
{
    private const string Root = "/etc/aspire-certificates";

    // Where Debian, Red Hat and their like have them.
    private static readonly string[] ImageBundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];
    private static readonly string[] ImageFolders = ["/etc/ssl/certs", "/etc/pki/tls/certs"];
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Has a configuration ask for certificates, and tell the container where they will be.</summary>
    public static IExecutionConfigurationBuilder AddTo(IExecutionConfigurationBuilder builder, IResource container)
    {
        var paths = PathsOf(container);
        return builder
            .WithCertificateTrustConfig(scope => new()
            {
                CertificateBundlePath = ReferenceExpression.Create($"{paths.Bundle}"),
                CertificateDirectoriesPath = ReferenceExpression.Create($"{string.Join(':', scope == CertificateTrustScope.Append ? [paths.Folder, .. paths.ImageFolders] : (string[])[paths.Folder])}"),
                RootCertificatesPath = paths.Root,
                IsContainer = true,
            })
            .WithHttpsCertificateConfig(certificate => new()
            {
                CertificatePath = ReferenceExpression.Create($"{paths.Own(certificate, "crt")}"),
                KeyPath = ReferenceExpression.Create($"{paths.Own(certificate, "key")}"),
                CertificateWithKeyPath = ReferenceExpression.Create($"{paths.Own(certificate, "pem")}"),
                PfxPath = ReferenceExpression.Create($"{paths.Own(certificate, "pfx")}"),
            });
    }

    /// <summary>The files of what was asked for.</summary>
    public static async Task<ContainerCertificates> OfAsync(IResource container, IExecutionConfigurationResult configuration, CancellationToken cancellationToken)
    {
        var paths = PathsOf(container);
        var files = new List<StagedFile>();
        if (configuration.TryGetAdditionalData<CertificateTrustExecutionConfigurationData>(out var trust) && trust.Scope != CertificateTrustScope.None && trust.Certificates.Count > 0)
        {
            files.AddRange(trust.Certificates.DistinctBy(static c => c.Thumbprint).Select(c => File($"{paths.Folder}/{c.Thumbprint}.pem", c.ExportCertificatePem())));
            var bundle = trust.Certificates.ExportCertificatePems();
            files.Add(File(paths.Bundle, bundle));
            if (trust.Scope != CertificateTrustScope.Append)
            {
                files.AddRange(paths.ImageBundles.Select(path => File(path, bundle)));
            }

            foreach (var (name, create) in trust.CustomBundlesFactories)
            {
                files.Add(new($"{paths.Root}/bundles/{name}", await create(trust.Certificates, cancellationToken).ConfigureAwait(false), Readable));
            }
        }

        if (!configuration.TryGetAdditionalData<HttpsCertificateExecutionConfigurationData>(out var https))
        {
            return new(files, null, static () => []);
        }

        var own = https.Certificate;
        var certificate = own.ExportCertificatePem();
        var password = https.Password;
        files.Add(File(paths.Own(own, "crt"), certificate));

        var context = new ContainerFileSystemCallbackHttpsCertificateContext
        {
            CertificatePath = ReferenceExpression.Create($"{paths.Own(own, "crt")}"),
            KeyPath = https.KeyPathReference,
            CertificateWithKeyPath = https.CertificateWithKeyPathReference,
            PfxPath = https.PfxPathReference,
            Password = password,
        };

        // Who reads a key inside of the container is not known here: beyond it, the run's folder closes it.
        return new(files, context, () =>
        [
            .. https.IsKeyPathReferenced ? [File(paths.Own(own, "key"), KeyOf(own, password))] : (StagedFile[])[],
            .. https.IsCertificateWithKeyPathReferenced ? [File(paths.Own(own, "pem"), $"{KeyOf(own, password)}\n{certificate}")] : (StagedFile[])[],
            .. https.IsPfxPathReferenced ? [new(paths.Own(own, "pfx"), own.Export(X509ContentType.Pfx, password), Readable)] : (StagedFile[])[],
        ]);
    }

    private static string KeyOf(X509Certificate2 certificate, string? password)
    {
        using var key = (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey()
            ?? throw new DistributedApplicationException($"The certificate '{certificate.Subject}' has no private key of RSA or of an elliptic curve, so nothing can be served with it.");
        return password is { Length: > 0 }
            ? key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 100_000))
            : key.ExportPkcs8PrivateKeyPem();
    }

    private static StagedFile File(string path, string content) => new(path, Encoding.UTF8.GetBytes(content), Readable);

    private static Paths PathsOf(IResource container)
    {
        var given = container.Annotations.OfType<ContainerCertificatePathsAnnotation>().LastOrDefault();
        return new(
            given?.CustomCertificatesDestination ?? Root,
            [.. (IReadOnlyList<string>?)given?.DefaultCertificateBundles ?? ImageBundles],
            [.. (IReadOnlyList<string>?)given?.DefaultCertificateDirectories ?? ImageFolders]);
    }

    private sealed record Paths(string Root, IReadOnlyList<string> ImageBundles, IReadOnlyList<string> ImageFolders)
    {
        public string Bundle => $"{Root}/cert.pem";

        public string Folder => $"{Root}/certs";

        public string Own(X509Certificate2 certificate, string extension) => $"{Root}/private/{certificate.Thumbprint}.{extension}";
    }
}
