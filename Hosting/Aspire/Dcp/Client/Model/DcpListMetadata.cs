namespace Aspire.Hosting.Dcp.Client;

/// <summary>The resource version a list was taken at.</summary>
internal sealed record DcpListMetadata
{
    public string? ResourceVersion { get; init; }
}
