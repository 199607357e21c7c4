namespace XoeNovAi.Gateway.Authentication;

internal sealed class AuthenticationOptions
{
    private ApiKeyDigests? _digests;

    /// <summary>API keys by the name of their holder: the key itself, from a secret file, or <c>sha256:</c> and its digest in hexadecimal.</summary>
    public IDictionary<string, string> ApiKeys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public JwtOptions Jwt { get; set; } = new();

    /// <summary>Makes the search for a key; once the options are read.</summary>
    public ApiKeyDigests Digests() => _digests ??= new ApiKeyDigests(this);
}
