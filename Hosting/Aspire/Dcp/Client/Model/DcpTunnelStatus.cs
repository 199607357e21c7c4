namespace Aspire.Hosting.Dcp.Client;

/// <summary>Observed state of one tunnel.</summary>
internal sealed record DcpTunnelStatus
{
    public required string Name { get; init; }

    /// <summary><c>Ready</c>, <c>NotReady</c>, <c>Failed</c> or empty.</summary>
    public string? State { get; init; }

    public string? ErrorMessage { get; init; }

    public IReadOnlyList<string>? ClientProxyAddresses { get; init; }

    public int? ClientProxyPort { get; init; }
}
