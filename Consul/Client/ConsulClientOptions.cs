using System.Security.Cryptography.X509Certificates;

namespace XoeNovAi.Consul.Client;

/// <summary>Which Consul is asked, and as whom.</summary>
/// <param name="Address">Where its HTTP API is, such as <c>http://consul:8500</c>.</param>
public sealed record ConsulClientOptions(Uri Address)
{
    /// <summary>What it is told with every request; null where it asks for none.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// The authorities an <c>https</c> address is trusted by; null for those of the machine, which <c>SSL_CERT_FILE</c> names where it is set.
    /// </summary>
    public X509Certificate2Collection? Authorities { get; init; }
}
