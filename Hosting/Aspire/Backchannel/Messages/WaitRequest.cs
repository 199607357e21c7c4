namespace Aspire.Hosting.Backchannel;

/// <summary>Waits for a resource.</summary>
internal sealed record WaitRequest
{
    public required string ResourceName { get; init; }

    /// <summary>healthy, up or down.</summary>
    public required string Status { get; init; }

    public int TimeoutSeconds { get; init; } = 120;
}
