using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>A certificate that says what one of the mesh says, and that the mesh's authority knows nothing of.</summary>
internal static class ForeignCertificate
{
    /// <summary>Certificate and key, as PEM.</summary>
    public static string Create(string service)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={service}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new($"spiffe://11111111-2222-3333-4444-555555555555.consul/ns/default/dc/dc1/svc/{service}"));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}";
    }
}
