namespace Aspire.Hosting.Dcp.Client;

/// <summary>Desired state of a <see cref="DcpContainerNetwork"/>.</summary>
internal sealed record DcpContainerNetworkSpec
{
    /// <summary>Name in the container runtime.</summary>
    public string? NetworkName { get; init; }

    public bool? Ipv6 { get; init; }

    /// <summary>See <see cref="DcpMode"/>.</summary>
    public string? Mode { get; init; }
}
