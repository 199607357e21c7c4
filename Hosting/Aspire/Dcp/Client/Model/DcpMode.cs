namespace Aspire.Hosting.Dcp.Client;

/// <summary>How DCP creates, reuses and removes a network or a container.</summary>
internal static class DcpMode
{
    public const string Session = "session";
    public const string Persistent = "persistent";
    public const string Existing = "existing";
    public const string Cleanup = "cleanup";
}
