using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The certificate a resource serves TLS with.</summary>
[Experimental("ASPIRECERTIFICATES001")]
public sealed class HttpsCertificateAnnotation : IResourceAnnotation
{
    /// <summary>The certificate, with its private key.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The password the key is handed over with.</summary>
    public ParameterResource? Password { get; init; }
}
