namespace Aspire.Hosting.Dcp.Client;

/// <summary>Observed state of a <see cref="DcpExecutable"/>.</summary>
internal sealed record DcpExecutableStatus
{
    public string? ExecutionID { get; init; }

    public int? Pid { get; init; }

    /// <summary>See <see cref="DcpExecutableState"/>.</summary>
    public string? State { get; init; }

    public DateTimeOffset? StartupTimestamp { get; init; }

    public DateTimeOffset? FinishTimestamp { get; init; }

    public int? ExitCode { get; init; }

    public string? StdOutFile { get; init; }

    public string? StdErrFile { get; init; }

    public IReadOnlyList<DcpEnvVar>? EffectiveEnv { get; init; }

    public IReadOnlyList<string>? EffectiveArgs { get; init; }

    /// <summary>See <see cref="DcpHealthStatus"/>.</summary>
    public string? HealthStatus { get; init; }

    public IReadOnlyList<DcpHealthProbeResult>? HealthProbeResults { get; init; }
}
