namespace Aspire.Hosting.Dcp.Client;

/// <summary>Desired state of a <see cref="DcpExecutable"/>.</summary>
internal sealed record DcpExecutableSpec
{
    public required string ExecutablePath { get; init; }

    public string? WorkingDirectory { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<DcpEnvVar>? Env { get; init; }

    /// <summary>Read by DCP.</summary>
    public IReadOnlyList<string>? EnvFiles { get; init; }

    /// <summary><c>Process</c> or <c>IDE</c>.</summary>
    public string? ExecutionType { get; init; }

    public DcpAmbientEnvironment? AmbientEnvironment { get; init; }

    public bool? Start { get; init; }

    public bool? Stop { get; init; }

    public string? Mode { get; init; }

    public bool? Persistent { get; init; }

    public string? LifecycleKey { get; init; }

    public IReadOnlyList<DcpHealthProbe>? HealthProbes { get; init; }
}
