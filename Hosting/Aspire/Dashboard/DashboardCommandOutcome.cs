namespace Aspire.Hosting.Dashboard;

/// <summary>Ways a command ends.</summary>
internal enum DashboardCommandOutcome
{
    Succeeded,
    Failed,
    Canceled,
}
