using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace XoeNovAi.Gateway.Authentication;

/// <summary>Whose tokens are believed. No key: nobody's.</summary>
internal sealed class JwtOptions
{
    private TokenValidationParameters? _validation;

    public string? Issuer { get; set; }

    public string? Audience { get; set; }

    /// <summary>The issuer's public keys as PEM (ECDSA or RSA), by key id.</summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How far clocks may be apart.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What a token must be; once the options are read.</summary>
    public TokenValidationParameters Validation() => _validation ??= new TokenValidationParameters
    {
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        IssuerSigningKeys = [.. Keys.Select(key => IssuerKeys.Read(key.Key, key.Value))],
        // Never HMAC: a public key must not be taken for a shared secret.
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256],
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ValidateIssuer = true,
        ValidateAudience = true,
        ValidateLifetime = true,
        ValidateIssuerSigningKey = true,
        ClockSkew = ClockSkew,
        AuthenticationType = CredentialMiddleware.Token,
        NameClaimType = JwtRegisteredClaimNames.Sub,
    };
}
