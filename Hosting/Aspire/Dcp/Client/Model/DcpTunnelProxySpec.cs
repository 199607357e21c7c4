namespace Aspire.Hosting.Dcp.Client;

/// <summary>Desired state of a <see cref="DcpTunnelProxy"/>.</summary>
internal sealed record DcpTunnelProxySpec
{
    /// <summary>Name of the <see cref="DcpContainerNetwork"/> object.</summary>
    public required string ContainerNetworkName { get; init; }

    /// <summary>Names of the proxy on that network.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    public IReadOnlyList<DcpTunnel>? Tunnels { get; init; }

    public string? BaseImage { get; init; }
}
