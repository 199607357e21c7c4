namespace XoeNovAi.Gateway.RateLimits;

/// <summary>Whose requests are counted together.</summary>
internal readonly record struct RateLimitKey(string Policy, int Requests, TimeSpan Window, string Client)
{
    public static RateLimitKey None { get; } = new(string.Empty, 0, TimeSpan.Zero, string.Empty);
}
