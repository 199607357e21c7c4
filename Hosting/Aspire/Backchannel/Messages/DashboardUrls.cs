namespace Aspire.Hosting.Backchannel;

/// <summary>Where the dashboard is opened.</summary>
internal sealed record DashboardUrls(bool DashboardHealthy, string? BaseUrlWithLoginToken)
{
    public string? CodespacesUrlWithLoginToken { get; }
}
