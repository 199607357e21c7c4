namespace Aspire.Hosting.Dcp.Client;

/// <summary>Ties a container or an executable to a service (annotation <c>service-producer</c>).</summary>
internal sealed record DcpServiceProducer
{
    public required string ServiceName { get; init; }

    public string? Address { get; init; }

    /// <summary>A container port, or the port an executable listens on; null lets DCP choose one for an executable.</summary>
    public int? Port { get; init; }
}
