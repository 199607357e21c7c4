namespace Aspire.Hosting.Dcp.Client;

/// <summary>A bind mount or a named volume.</summary>
internal sealed record DcpVolumeMount
{
    /// <summary><c>bind</c> or <c>volume</c>.</summary>
    public required string Type { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    public bool? ReadOnly { get; init; }
}
