namespace Aspire.Hosting.Dcp.Client;

/// <summary>Phases of the DCP process.</summary>
internal static class DcpExecutionStatus
{
    public const string Running = "Running";
    public const string CleaningResources = "CleaningResources";
    public const string CleanupComplete = "CleanupComplete";
    public const string Stopping = "Stopping";
}
