namespace Aspire.Hosting.Dcp.Client;

/// <summary>Health as DCP sees it.</summary>
internal static class DcpHealthStatus
{
    public const string Healthy = "Healthy";
    public const string Caution = "Caution";
    public const string Unhealthy = "Unhealthy";
}
