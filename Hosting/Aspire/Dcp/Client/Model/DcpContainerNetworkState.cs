namespace Aspire.Hosting.Dcp.Client;

/// <summary>States of a container network.</summary>
internal static class DcpContainerNetworkState
{
    public const string Pending = "Pending";
    public const string Running = "Running";
    public const string FailedToStart = "FailedToStart";
    public const string Removed = "Removed";
    public const string NotFound = "NotFound";
}
