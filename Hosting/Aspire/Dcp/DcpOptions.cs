namespace Aspire.Hosting.Dcp;

/// <summary>Where DCP, the dashboard and the container runtime are, from the configuration section <c>DcpPublisher</c>.</summary>
internal sealed class DcpOptions
{
    public const string Section = "DcpPublisher";

    /// <summary>The <c>dcp</c> executable; by default the one eng/setup fetched.</summary>
    public string? CliPath { get; set; }

    /// <summary>The dashboard's executable; by default the one eng/setup fetched.</summary>
    public string? DashboardPath { get; set; }

    /// <summary>The container runtime; <c>ASPIRE_CONTAINER_RUNTIME</c> says the same.</summary>
    public string ContainerRuntime { get; set; } = "podman";

    /// <summary>A folder put in front of PATH, in which DCP finds the runtime.</summary>
    public string? RuntimeFolder { get; set; }

    /// <summary>The folder that the runs' own folders are made in. Podman's user must be able to enter it: containers mount files from there.</summary>
    public string? RunRoot { get; set; }

    /// <summary>The image of the tunnels from the containers' networks to services of the host; by default the one eng/setup made.</summary>
    public string? TunnelImage { get; set; }

    /// <summary>Names this run: in labels, container names and the run's folder.</summary>
    public string? RunId { get; set; }

    /// <summary>Whether declared ports are replaced with free ones, as tests want it.</summary>
    public bool RandomizePorts { get; set; }

    /// <summary>How long containers and DCP may take to stop, in seconds. 30 by default.</summary>
    public int StopTimeoutSeconds { get; set; } = 30;
}
