using Aspire.Hosting.Lifecycle;

namespace Aspire.Hosting.Dashboard;

/// <summary>Registers the dashboard.</summary>
internal static class DashboardServiceCollectionExtensions
{
    public static void AddDashboard(this IServiceCollection services, DashboardOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<DashboardResourceSource>();
        services.AddSingleton<DashboardHost>();
        services.TryAddEventingSubscriber<DashboardSubscriber>();
        services.AddHttpClient();
        services.AddHealthChecks().Add(DashboardHost.HealthCheck());
    }
}
