namespace Aspire.Hosting.Dcp.Client;

/// <summary>What every DCP object is known by.</summary>
internal sealed record DcpMetadata
{
    /// <summary>A lower-case DNS name, unique among the objects of its kind.</summary>
    public required string Name { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyList<string>? Finalizers { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once deletion was asked for; the object goes when its finalizers are done.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }
}
