namespace Aspire.Hosting.Dcp.Client;

/// <summary>Membership of a container in a network.</summary>
internal sealed record DcpContainerNetworkConnection
{
    /// <summary>Name of the <see cref="DcpContainerNetwork"/> object.</summary>
    public required string Name { get; init; }

    public IReadOnlyList<string>? Aliases { get; init; }
}
