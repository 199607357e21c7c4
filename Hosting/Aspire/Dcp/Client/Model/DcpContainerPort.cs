namespace Aspire.Hosting.Dcp.Client;

/// <summary>A published port of a container.</summary>
internal sealed record DcpContainerPort
{
    public required int ContainerPort { get; init; }

    /// <summary>Null lets the runtime choose.</summary>
    public int? HostPort { get; init; }

    /// <summary>TCP or UDP.</summary>
    public string? Protocol { get; init; }

    public string? HostIP { get; init; }
}
