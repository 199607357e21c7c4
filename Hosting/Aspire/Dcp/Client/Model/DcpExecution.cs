namespace Aspire.Hosting.Dcp.Client;

/// <summary>Where the DCP process stands, and what it does with its objects when it stops.</summary>
internal sealed record DcpExecution
{
    /// <summary>See <see cref="DcpExecutionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary><c>Full</c> or <c>None</c>.</summary>
    public string? ShutdownResourceCleanup { get; init; }
}
