namespace Aspire.Hosting.Dcp.Client;

/// <summary>Observed state of a <see cref="DcpContainer"/>.</summary>
internal sealed record DcpContainerStatus
{
    /// <summary>See <see cref="DcpContainerState"/>.</summary>
    public string? State { get; init; }

    public string? ContainerId { get; init; }

    public string? ContainerName { get; init; }

    public DateTimeOffset? StartupTimestamp { get; init; }

    public DateTimeOffset? FinishTimestamp { get; init; }

    public string? StartupStdOutFile { get; init; }

    public string? StartupStdErrFile { get; init; }

    public int? ExitCode { get; init; }

    public string? Message { get; init; }

    public IReadOnlyList<DcpEnvVar>? EffectiveEnv { get; init; }

    public IReadOnlyList<string>? EffectiveArgs { get; init; }

    public IReadOnlyList<string>? Networks { get; init; }

    /// <summary>See <see cref="DcpHealthStatus"/>.</summary>
    public string? HealthStatus { get; init; }

    public IReadOnlyList<DcpHealthProbeResult>? HealthProbeResults { get; init; }

    public string? LifecycleKey { get; init; }
}
