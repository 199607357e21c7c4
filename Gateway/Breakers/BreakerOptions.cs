namespace XoeNovAi.Gateway.Breakers;

/// <summary>When an instance that does not answer is no longer asked.</summary>
internal sealed record BreakerOptions
{
    /// <summary>The share of unanswered requests in a window that opens the breaker.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Fewer requests in a window than these do not open it.</summary>
    public int MinimumRequests { get; set; } = 10;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it stays open before one request may try.</summary>
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(5);
}
