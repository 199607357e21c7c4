namespace Aspire.Hosting.Dcp.Client;

/// <summary>A header of an HTTP probe.</summary>
internal sealed record DcpHttpHeader
{
    public required string Name { get; init; }

    public string? Value { get; init; }
}
