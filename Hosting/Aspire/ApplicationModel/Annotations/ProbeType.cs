using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a probe decides.</summary>
[Experimental("ASPIREPROBES001")]
public enum ProbeType
{
    /// <summary>Whether the resource has started.</summary>
    Startup = 0,

    /// <summary>Whether it takes requests.</summary>
    Readiness = 1,

    /// <summary>Whether it must be restarted.</summary>
    Liveness = 2,
}
