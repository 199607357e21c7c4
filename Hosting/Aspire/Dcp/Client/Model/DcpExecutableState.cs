namespace Aspire.Hosting.Dcp.Client;

/// <summary>States of an executable.</summary>
internal static class DcpExecutableState
{
    public const string Starting = "Starting";
    public const string Running = "Running";
    public const string NotFound = "NotFound";
    public const string Stopping = "Stopping";
    public const string Terminated = "Terminated";
    public const string FailedToStart = "FailedToStart";
    public const string Finished = "Finished";
    public const string Unknown = "Unknown";
}
