namespace XoeNovAi.Gateway.RateLimits;

/// <summary>Whose requests are counted together, within one policy.</summary>
internal readonly record struct RateLimitKey(int Requests, TimeSpan Window, string Client)
{
    public static RateLimitKey None { get; } = new(0, TimeSpan.Zero, string.Empty);
}
