namespace Aspire.Hosting.Dcp.Client;

/// <summary>Outcome of one probe.</summary>
internal sealed record DcpHealthProbeResult
{
    /// <summary><c>Success</c>, <c>Failure</c> or <c>Unknown</c>.</summary>
    public string? Outcome { get; init; }

    public DateTimeOffset? Timestamp { get; init; }

    public string? ProbeName { get; init; }

    public string? Reason { get; init; }
}
