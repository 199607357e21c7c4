namespace XoeNovAi.Gateway.Retries;

internal sealed class RetryOptions
{
    /// <summary>How many instances a request is sent to at most.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>The share of a service's requests in a window that may be sent again.</summary>
    public double Budget { get; set; } = 0.1;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many may be sent again in a window whatever their share. A tenth of fewer than ten requests is none: with one, a quiet service
    /// has a retry too; with 0 the share holds for it as well, and it has none.
    /// </summary>
    public int Minimum { get; set; } = 1;

    /// <summary>The largest body that is kept to be sent again.</summary>
    public int MaximumBodyBytes { get; set; } = 64 * 1024;
}
