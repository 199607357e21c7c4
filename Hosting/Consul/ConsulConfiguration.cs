using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace XoeNovAi.Hosting.Consul;

/// <summary>What Consul reads from files: whatever is secret.</summary>
internal static class ConsulConfiguration
{
    private const string Folder = "/consul/config";
    private const string CertificateFile = "server.crt";
    private const string KeyFile = "server.key";
    private const string AuthorityFile = "authority.crt";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Where <see cref="WithAuthorityOf"/> puts the authority's certificate.</summary>
    public const string AuthorityPath = $"{Folder}/{AuthorityFile}";

    /// <summary>Gives a server or an agent the files, where there is something to say in them.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The server or agent.</param>
    /// <param name="consul">What is said of Consul.</param>
    public static IResourceBuilder<T> WithConfigurationOf<T>(this IResourceBuilder<T> builder, ConsulResource consul)
        where T : ContainerResource
        => builder.WithContainerFiles(Folder, async (_, cancellationToken) =>
        {
            var settings = await ReadAsync(consul, cancellationToken).ConfigureAwait(false);
            return
            [
                .. settings.Count == 0 ? [] : (ContainerFileSystemItem[])[File("settings.json", JsonSerializer.Serialize(settings))],
                .. consul.Tls is { } tls ? Issued(tls, builder.Resource.Name) : [],
            ];
        });

    /// <summary>Gives whoever calls Consul the certificate of the authority that vouches for it, where it has one.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">Who calls it.</param>
    /// <param name="consul">Consul.</param>
    public static IResourceBuilder<T> WithAuthorityOf<T>(this IResourceBuilder<T> builder, ConsulResource consul)
        where T : ContainerResource
        => builder.WithContainerFiles(Folder, (_, _) => Task.FromResult<IEnumerable<ContainerFileSystemItem>>(consul.AuthorityPem is { } authority ? [File(AuthorityFile, authority)] : []));

    private static async Task<Dictionary<string, object?>> ReadAsync(ConsulResource consul, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, object?>();
        if (consul.AccessControl is { } access)
        {
            // The name 'master' is understood by every version: 1.11 and later call it initial_management, and take both.
            var management = await access.ManagementToken.GetValueAsync(cancellationToken).ConfigureAwait(false);
            settings["acl"] = new { enabled = true, default_policy = "deny", tokens = new { master = management, agent = management } };
        }

        if (consul.Servers is { } servers)
        {
            settings["encrypt"] = await servers.GossipKey.GetValueAsync(cancellationToken).ConfigureAwait(false);
        }

        if (consul.Tls is not null)
        {
            // The names are understood by every version: 1.12 and later have them in a section 'tls', and take both.
            settings["ports"] = new { http = -1, https = ConsulBuilderExtensions.HttpPort };
            settings["addresses"] = new { https = "0.0.0.0" };
            settings["cert_file"] = $"{Folder}/{CertificateFile}";
            settings["key_file"] = $"{Folder}/{KeyFile}";
        }

        return settings;
    }

    private static ContainerFileSystemItem[] Issued(ConsulTls tls, string name)
    {
        using var certificate = tls.Issue(name);
        using var key = certificate.GetECDsaPrivateKey() as AsymmetricAlgorithm ?? certificate.GetRSAPrivateKey()
            ?? throw new DistributedApplicationException($"The certificate of '{name}' has no key that Consul could use.");
        return [File(CertificateFile, certificate.ExportCertificatePem()), File(KeyFile, key.ExportPkcs8PrivateKeyPem())];
    }

    private static ContainerFile File(string name, string contents) => new() { Name = name, Contents = contents, Mode = Readable };
}
