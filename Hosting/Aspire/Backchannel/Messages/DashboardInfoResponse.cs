namespace Aspire.Hosting.Backchannel;

/// <summary>Where the dashboard and its telemetry are.</summary>
internal sealed record DashboardInfoResponse(string? ApiBaseUrl, string? ApiToken, string[] DashboardUrls, bool IsHealthy);
