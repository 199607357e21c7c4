namespace Aspire.Hosting.Dashboard;

internal static class DashboardServiceCollectionExtensions
{
    public static void AddDashboard(this IServiceCollection services, DistributedApplicationOptions options, IConfiguration configuration)
        => services.AddSingleton<DashboardService>();
}
