namespace Aspire.Hosting.Dcp.Client;

/// <summary>A health probe run by DCP.</summary>
internal sealed record DcpHealthProbe
{
    public required string Name { get; init; }

    /// <summary><c>HTTP</c>; DCP also knows <c>Executable</c>.</summary>
    public required string Type { get; init; }

    public DcpHttpProbe? HttpProbe { get; init; }

    public required DcpHealthProbeSchedule Schedule { get; init; }
}
