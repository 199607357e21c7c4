namespace XoeNovAi.Gateway.Tls;

/// <summary>The certificate of <c>https</c> addresses the gateway listens on.</summary>
internal sealed class TlsOptions
{
    /// <summary>A PEM file with the certificate, and those between it and its authority.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A PEM file with the certificate's key.</summary>
    public string? KeyFile { get; set; }
}
