namespace Aspire.Hosting.Dcp.Client;

/// <summary>A secret given to an image build.</summary>
internal sealed record DcpBuildSecret
{
    public required string Id { get; init; }

    /// <summary><c>env</c> or <c>file</c>.</summary>
    public string? Type { get; init; }

    public string? Source { get; init; }

    public string? Value { get; init; }
}
