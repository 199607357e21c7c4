namespace Aspire.Hosting.Dcp.Client;

/// <summary>Which output of an executable is read.</summary>
internal static class DcpLogSource
{
    public const string StandardOutput = "stdout";
    public const string StandardError = "stderr";

    /// <summary>DCP's own remarks about the object, as JSON lines.</summary>
    public const string System = "system";
}
