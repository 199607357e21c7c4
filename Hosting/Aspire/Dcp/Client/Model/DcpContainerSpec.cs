namespace Aspire.Hosting.Dcp.Client;

/// <summary>Desired state of a <see cref="DcpContainer"/>.</summary>
internal sealed record DcpContainerSpec
{
    public string? Image { get; init; }

    /// <summary>Builds the image first.</summary>
    public DcpContainerBuild? Build { get; init; }

    public string? ContainerName { get; init; }

    public IReadOnlyList<DcpVolumeMount>? VolumeMounts { get; init; }

    /// <summary>Published ports; on 127.0.0.1 unless told otherwise.</summary>
    public IReadOnlyList<DcpContainerPort>? Ports { get; init; }

    /// <summary>Each ends on the runtime's command line: no secrets here.</summary>
    public IReadOnlyList<DcpEnvVar>? Env { get; init; }

    /// <summary>Read by podman itself, so podman's user must be able to read them.</summary>
    public IReadOnlyList<string>? EnvFiles { get; init; }

    public string? RestartPolicy { get; init; }

    /// <summary>Replaces the image's entrypoint.</summary>
    public string? Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>False creates nothing until it is patched to true.</summary>
    public bool? Start { get; init; }

    /// <summary>True stops the container and keeps it.</summary>
    public bool? Stop { get; init; }

    /// <summary>Null: the runtime's default network; else exactly these.</summary>
    public IReadOnlyList<DcpContainerNetworkConnection>? Networks { get; init; }

    /// <summary>See <see cref="DcpMode"/>.</summary>
    public string? Mode { get; init; }

    public bool? Persistent { get; init; }

    public long? MonitorPid { get; init; }

    public DateTimeOffset? MonitorTimestamp { get; init; }

    /// <summary>Passed to <c>podman create</c> before the image.</summary>
    public IReadOnlyList<string>? RunArgs { get; init; }

    public IReadOnlyList<DcpLabel>? Labels { get; init; }

    public IReadOnlyList<DcpHealthProbe>? HealthProbes { get; init; }

    /// <summary>Decides whether a persistent container is made anew; else DCP hashes the spec.</summary>
    public string? LifecycleKey { get; init; }

    /// <summary>See <see cref="DcpPullPolicy"/>.</summary>
    public string? PullPolicy { get; init; }

    /// <summary>Copied into the created container before it starts.</summary>
    public IReadOnlyList<DcpCreateFiles>? CreateFiles { get; init; }
}
