namespace Aspire.Hosting.Dcp.Client;

/// <summary>An HTTP request whose success means healthy.</summary>
internal sealed record DcpHttpProbe
{
    /// <summary>May hold templates.</summary>
    public required string Url { get; init; }

    public IReadOnlyList<DcpHttpHeader>? Headers { get; init; }
}
