namespace Aspire.Hosting.Dcp.Client;

/// <summary>Whether DCP's own environment reaches the process.</summary>
internal sealed record DcpAmbientEnvironment
{
    /// <summary><c>Inherit</c> (default) or <c>DoNotInherit</c>.</summary>
    public string? Behavior { get; init; }
}
