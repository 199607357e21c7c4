namespace XoeNovAi.Gateway.Authentication;

/// <summary>What a caller must show to pass a route.</summary>
internal enum Access
{
    /// <summary>Nothing.</summary>
    Open,

    /// <summary>An API key.</summary>
    ApiKey,

    /// <summary>A token of the issuer.</summary>
    Jwt,

    /// <summary>An API key or a token.</summary>
    Any,
}
