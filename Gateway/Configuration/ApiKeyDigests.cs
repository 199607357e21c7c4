using System.Security.Cryptography;
using System.Text;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>The holders of API keys by the digests of their keys: the keys themselves are not kept.</summary>
internal sealed class ApiKeyDigests
{
    public const int MinimumLength = 16;

    private const string DigestPrefix = "sha256:";

    private readonly Dictionary<string, string> _holders = new(StringComparer.Ordinal);

    public ApiKeyDigests(AuthenticationOptions options)
    {
        foreach (var (holder, key) in options.ApiKeys)
        {
            if (TryDigest(key, out var digest))
            {
                _holders[digest] = holder;
            }
        }
    }

    /// <summary>The digest of a configured key, given itself or as one.</summary>
    public static bool TryDigest(string key, out string digest)
    {
        if (key.StartsWith(DigestPrefix, StringComparison.OrdinalIgnoreCase))
        {
            digest = key[DigestPrefix.Length..].ToUpperInvariant();
            return digest.Length == 2 * SHA256.HashSizeInBytes && digest.All(char.IsAsciiHexDigit);
        }

        digest = Digest(Encoding.UTF8.GetBytes(key));
        return key.Length >= MinimumLength;
    }

    // How long the search takes tells of digests, from which no key can be guessed.
    // A character of a header is one byte of what was sent.
    public string? HolderOf(string presented) => _holders.GetValueOrDefault(Digest(Encoding.Latin1.GetBytes(presented)));

    private static string Digest(byte[] key) => Convert.ToHexString(SHA256.HashData(key));
}
