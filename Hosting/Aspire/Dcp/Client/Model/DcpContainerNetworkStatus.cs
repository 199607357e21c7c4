namespace Aspire.Hosting.Dcp.Client;

/// <summary>Observed state of a <see cref="DcpContainerNetwork"/>.</summary>
internal sealed record DcpContainerNetworkStatus
{
    /// <summary>See <see cref="DcpContainerNetworkState"/>.</summary>
    public string? State { get; init; }

    public string? Message { get; init; }

    public string? Id { get; init; }

    public string? NetworkName { get; init; }

    public string? Driver { get; init; }

    public IReadOnlyList<string>? Subnets { get; init; }

    public IReadOnlyList<string>? Gateways { get; init; }

    public IReadOnlyList<string>? ContainerIds { get; init; }
}
