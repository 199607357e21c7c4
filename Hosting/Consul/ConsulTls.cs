using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace XoeNovAi.Hosting.Consul;

/// <summary>How Consul proves who it is, and to whom it is proved by what.</summary>
/// <param name="Authority">The certificate of whoever vouches for it.</param>
/// <param name="Issue">Makes the certificate, with its key, of a name.</param>
internal sealed record ConsulTls(X509Certificate2 Authority, Func<string, X509Certificate2> Issue) : IResourceAnnotation
{
    /// <summary>A handler that trusts Consul's authority, where it has one, and nobody else.</summary>
    public static HttpMessageHandler CreateHandler(ConsulResource consul)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (consul.Tls is { } tls)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { tls.Authority } },
            };
        }

        return handler;
    }
}
