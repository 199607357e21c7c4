namespace XoeNovAi.Gateway.RateLimits;

/// <summary>How many requests one client may send.</summary>
internal sealed class RateLimitOptions
{
    public int Requests { get; set; }

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(1);
}
