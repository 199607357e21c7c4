namespace Aspire.Hosting.Dcp.Client;

/// <summary>A label put on a container.</summary>
internal sealed record DcpLabel
{
    public required string Key { get; init; }

    public required string Value { get; init; }
}
