namespace Aspire.Hosting.Dcp.Client;

/// <summary>All objects of a kind at one resource version.</summary>
internal sealed record DcpList<T>
{
    public DcpListMetadata? Metadata { get; init; }

    public IReadOnlyList<T> Items { get; init; } = [];
}
