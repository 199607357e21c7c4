using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Tls;

internal static class TlsExtensions
{
    /// <summary>Gives <c>https</c> addresses their certificate. Only there is HTTP/2 spoken: it is agreed on during the handshake.</summary>
    /// <exception cref="GatewayConfigurationException">The certificate cannot be used.</exception>
    public static void UseGatewayTls(this WebApplicationBuilder builder, TlsOptions options)
    {
        if (options.CertificateFile is null || options.KeyFile is null)
        {
            return;
        }

        var (certificate, chain) = Read(builder.Configuration, options.CertificateFile, options.KeyFile);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1AndHttp2);
            kestrel.ConfigureHttpsDefaults(https =>
            {
                https.ServerCertificate = certificate;
                https.ServerCertificateChain = chain;
            });
        });
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Chain) Read(IConfiguration configuration, string certificateFile, string keyFile)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return (X509Certificate2.CreateFromPemFile(certificateFile, keyFile), chain);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            const string Key = $"{GatewayOptions.Section}:Tls:CertificateFile";
            throw new GatewayConfigurationException(
                $"{SettingPlace.Of(configuration, Key)}: {Key} '{certificateFile}' and the key '{keyFile}' cannot be used: {exception.Message} Both must be PEM, and belong together.", exception);
        }
    }
}
