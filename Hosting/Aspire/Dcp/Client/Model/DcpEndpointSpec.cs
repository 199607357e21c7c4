namespace Aspire.Hosting.Dcp.Client;

/// <summary>Desired state of a <see cref="DcpEndpoint"/>.</summary>
internal sealed record DcpEndpointSpec
{
    public string? ServiceNamespace { get; init; } = "";

    public required string ServiceName { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }
}
