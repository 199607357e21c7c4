namespace Aspire.Hosting.Dcp.Client;

/// <summary>An environment variable; its value may hold DCP templates.</summary>
internal sealed record DcpEnvVar
{
    public required string Name { get; init; }

    public string Value { get; init; } = "";
}
