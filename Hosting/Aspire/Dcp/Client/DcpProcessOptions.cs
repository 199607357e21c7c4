namespace Aspire.Hosting.Dcp.Client;

/// <summary>How a DCP process is started.</summary>
internal sealed record DcpProcessOptions
{
    /// <summary>The <c>dcp</c> executable.</summary>
    public required string DcpPath { get; init; }

    /// <summary>
    /// An existing folder for this run: certificate, kubeconfig and log of DCP, and below it the folder DCP itself uses and removes.
    /// </summary>
    public required string SessionFolder { get; init; }

    /// <summary>The process DCP lives and cleans up for: ours.</summary>
    public int MonitoredProcessId { get; init; } = System.Environment.ProcessId;

    /// <summary>The container runtime DCP calls.</summary>
    public string ContainerRuntime { get; init; } = "podman";

    /// <summary>A folder put in front of PATH: DCP finds the runtime by its name there.</summary>
    public string? RuntimeFolder { get; init; }

    /// <summary>More variables for DCP; executables inherit them unless they say otherwise.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary><c>debug</c>, <c>info</c> or <c>error</c>.</summary>
    public string Verbosity { get; init; } = "info";

    /// <summary>How long the API may take to answer.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long DCP may take to stop, cleaning up included, before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
