namespace Aspire.Hosting.Dcp.Client;

/// <summary>How an image is built.</summary>
internal sealed record DcpContainerBuild
{
    public required string Context { get; init; }

    public string? Dockerfile { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<DcpEnvVar>? Args { get; init; }

    public IReadOnlyList<DcpBuildSecret>? Secrets { get; init; }

    public string? Stage { get; init; }

    public IReadOnlyList<DcpLabel>? Labels { get; init; }

    public string? Platform { get; init; }
}
