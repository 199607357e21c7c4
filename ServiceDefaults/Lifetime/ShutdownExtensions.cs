using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace XoeNovAi.ServiceDefaults.Lifetime;

internal static class ShutdownExtensions
{
    // Together with TelemetryFlush.Limit this stays below the two seconds a container has after SIGTERM.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(1200);

    public static void AddBoundedShutdown(this WebApplicationBuilder builder) =>
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = Limit;
        });
}
