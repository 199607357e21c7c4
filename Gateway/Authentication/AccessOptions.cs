namespace XoeNovAi.Gateway.Authentication;

/// <summary>What a caller must show to pass a route that names this policy.</summary>
internal sealed class AccessOptions
{
    /// <summary><c>ApiKey</c>, <c>Bearer</c>, or both: one of them is enough.</summary>
    public string[] Schemes { get; set; } = [];

    /// <summary>What a token must allow, beside being valid.</summary>
    public string? Scope { get; set; }
}
