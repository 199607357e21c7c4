using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A probe of the resource, for those who deploy it. In a run it counts as a health check.</summary>
[Experimental("ASPIREPROBES001")]
public abstract class ProbeAnnotation : IResourceAnnotation
{
    /// <summary>What it decides.</summary>
    public required ProbeType Type { get; init; }

    /// <summary>How long it waits at first, in seconds. 5 by default.</summary>
    public int InitialDelaySeconds { get; init; } = 5;

    /// <summary>How long it waits between two tries, in seconds. 5 by default.</summary>
    public int PeriodSeconds { get; init; } = 5;

    /// <summary>How long a try may take, in seconds. 1 by default.</summary>
    public int TimeoutSeconds { get; set; } = 1;

    /// <summary>How many failures in a row count. 3 by default.</summary>
    public int FailureThreshold { get; init; } = 3;

    /// <summary>How many successes in a row count after a failure. 1 by default.</summary>
    public int SuccessThreshold { get; init; } = 1;
}
