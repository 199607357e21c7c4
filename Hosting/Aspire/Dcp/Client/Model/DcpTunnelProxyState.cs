namespace Aspire.Hosting.Dcp.Client;

/// <summary>States of a tunnel proxy.</summary>
internal static class DcpTunnelProxyState
{
    public const string Pending = "Pending";
    public const string BuildingImage = "BuildingImage";
    public const string Starting = "Starting";
    public const string Running = "Running";
    public const string Failed = "Failed";
}
