namespace Aspire.Hosting.Dashboard;

/// <summary>Whether a command can be executed now.</summary>
internal enum DashboardCommandState
{
    Enabled,
    Disabled,
    Hidden,
}
