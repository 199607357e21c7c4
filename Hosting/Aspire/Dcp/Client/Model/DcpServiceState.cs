namespace Aspire.Hosting.Dcp.Client;

/// <summary>States of a service.</summary>
internal static class DcpServiceState
{
    public const string NotReady = "NotReady";
    public const string Ready = "Ready";
}
