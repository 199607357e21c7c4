using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A probe that asks an endpoint over HTTP.</summary>
[Experimental("ASPIREPROBES001")]
public sealed class EndpointProbeAnnotation : ProbeAnnotation
{
    /// <summary>The endpoint.</summary>
    public required EndpointReference EndpointReference { get; init; }

    /// <summary>What is asked for.</summary>
    public required string Path { get; init; }
}
