namespace Aspire.Hosting.Dcp.Client;

/// <summary>Observed state of a <see cref="DcpTunnelProxy"/>.</summary>
internal sealed record DcpTunnelProxyStatus
{
    /// <summary>See <see cref="DcpTunnelProxyState"/>.</summary>
    public string? State { get; init; }

    public IReadOnlyList<DcpTunnelStatus>? TunnelStatuses { get; init; }

    public int? TunnelConfigurationVersion { get; init; }

    public string? ClientProxyContainerImage { get; init; }

    public string? ClientProxyContainerId { get; init; }

    public int? ServerProxyProcessId { get; init; }

    public string? ServerProxyStdOutFile { get; init; }

    public string? ServerProxyStdErrFile { get; init; }

    public string? Message { get; init; }
}
