using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>Public keys of the issuer.</summary>
internal static class IssuerKeys
{
    private const int MinimumRsaBits = 2048;

    /// <exception cref="ArgumentException">The text is no public key, or one that is too weak.</exception>
    /// <exception cref="CryptographicException">The key cannot be read.</exception>
    public static SecurityKey Read(string id, string pem)
    {
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new ArgumentException("A private key is not for the gateway.", nameof(pem));
        }

        try
        {
            var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(pem);
            return ecdsa.KeySize == 256 ? new ECDsaSecurityKey(ecdsa) { KeyId = id } : throw new ArgumentException("The curve must be P-256.", nameof(pem));
        }
        catch (CryptographicException)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.KeySize >= MinimumRsaBits ? new RsaSecurityKey(rsa) { KeyId = id } : throw new ArgumentException("The key is too short.", nameof(pem));
        }
    }
}
