namespace Aspire.Hosting.Dcp.Client;

/// <summary>One way from a container network to a service of the host.</summary>
internal sealed record DcpTunnel
{
    public required string Name { get; init; }

    public required string ServerServiceName { get; init; }

    public required string ClientServiceName { get; init; }

    public string? ServerServiceNamespace { get; init; }

    public string? ClientServiceNamespace { get; init; }
}
