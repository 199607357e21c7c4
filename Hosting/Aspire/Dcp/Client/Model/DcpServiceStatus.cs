namespace Aspire.Hosting.Dcp.Client;

/// <summary>Observed state of a <see cref="DcpService"/>.</summary>
internal sealed record DcpServiceStatus
{
    /// <summary><c>Ready</c> once an endpoint backs it.</summary>
    public string? State { get; init; }

    public int? ProxyProcessPid { get; init; }

    public string? EffectiveAddress { get; init; }

    public int? EffectivePort { get; init; }

    public string? ProxylessEndpointName { get; init; }
}
