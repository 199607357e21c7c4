namespace XoeNovAi.Gateway.Authentication;

/// <summary>Whose tokens are believed. No key: nobody's.</summary>
internal sealed class JwtOptions
{
    public string? Issuer { get; set; }

    public string? Audience { get; set; }

    /// <summary>The issuer's public keys as PEM (ECDSA or RSA), by key id.</summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How far clocks may be apart.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);
}
