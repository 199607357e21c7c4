namespace XoeNovAi.Gateway.Health;

/// <summary>When an instance is taken out, judged by its answers to requests.</summary>
internal sealed class HealthOptions
{
    /// <summary>The share of answers 500, 502, 503 and 504, or none at all, in a window that takes an instance out.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Fewer requests in a window than these take none out.</summary>
    public int MinimumRequests { get; set; } = 5;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>When an instance that was taken out for its answers is tried again.</summary>
    public TimeSpan Reactivation { get; set; } = TimeSpan.FromSeconds(5);
}
