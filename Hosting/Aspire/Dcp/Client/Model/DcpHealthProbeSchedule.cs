namespace Aspire.Hosting.Dcp.Client;

/// <summary>When a probe runs; durations as Go writes them (<c>500ms</c>, <c>5s</c>).</summary>
internal sealed record DcpHealthProbeSchedule
{
    /// <summary><c>Continuous</c> or <c>UntilSuccess</c>.</summary>
    public string? Kind { get; init; }

    public required string Interval { get; init; }

    public string? Timeout { get; init; }

    public string? InitialDelay { get; init; }
}
