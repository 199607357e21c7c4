namespace Aspire.Hosting.Dcp.Client;

/// <summary>Files put into a container before it starts.</summary>
internal sealed record DcpCreateFiles
{
    /// <summary>An existing directory of the container.</summary>
    public required string Destination { get; init; }

    public int? DefaultOwner { get; init; }

    public int? DefaultGroup { get; init; }

    public int? Umask { get; init; }

    public required IReadOnlyList<DcpFileEntry> Entries { get; init; }
}
