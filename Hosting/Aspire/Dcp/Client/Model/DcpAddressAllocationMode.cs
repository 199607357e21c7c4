namespace Aspire.Hosting.Dcp.Client;

/// <summary>How the address of a service is chosen; all but Proxyless put DCP's proxy in front.</summary>
internal static class DcpAddressAllocationMode
{
    public const string Localhost = "Localhost";
    public const string IPv4ZeroOne = "IPv4ZeroOne";
    public const string IPv4Loopback = "IPv4Loopback";
    public const string IPv6ZeroOne = "IPv6ZeroOne";
    public const string Proxyless = "Proxyless";
}
