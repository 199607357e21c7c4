namespace Aspire.Hosting.Dcp.Client;

/// <summary>One file or directory of <see cref="DcpCreateFiles"/>.</summary>
internal sealed record DcpFileEntry
{
    public required string Name { get; init; }

    /// <summary><c>file</c> (default), <c>directory</c> or <c>openssl</c>.</summary>
    public string? Type { get; init; }

    public int? Owner { get; init; }

    public int? Group { get; init; }

    /// <summary>Unix permission bits; null takes the umask.</summary>
    public int? Mode { get; init; }

    /// <summary>A file of the host.</summary>
    public string? Source { get; init; }

    public string? Contents { get; init; }

    /// <summary>Base64.</summary>
    public string? RawContents { get; init; }

    public bool? ContinueOnError { get; init; }

    public IReadOnlyList<DcpFileEntry>? Entries { get; init; }
}
