namespace Aspire.Hosting.Dcp.Client;

/// <summary>Which output of a container or an executable is read.</summary>
internal static class DcpLogSource
{
    public const string StandardOutput = "stdout";
    public const string StandardError = "stderr";

    /// <summary>Output of the runtime while the container was made and started (pull, create).</summary>
    public const string StartupOutput = "startup_stdout";
    public const string StartupError = "startup_stderr";

    /// <summary>DCP's own remarks about the object, as JSON lines.</summary>
    public const string System = "system";
}
