using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Consul;

namespace XoeNovAi.ServiceDefaults.Emergency;

/// <summary>Lets a service that has Redis be stopped in an emergency.</summary>
public static class EmergencyExtensions
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Listens for an emergency stop on the agent bus and on the control channel.</summary>
    /// <param name="builder">The builder of the service.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddEmergencyStop(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<EmergencyStop>();
        builder.Services.AddHostedService<EmergencyListener>();
        return builder;
    }

    /// <summary>Refuses work while the stop is on; the health check still answers. Behind <see cref="ApiExtensions.UseApiErrors"/>.</summary>
    /// <param name="app">The service.</param>
    /// <returns>The same service.</returns>
    public static WebApplication UseEmergencyStop(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var emergency = app.Services.GetRequiredService<EmergencyStop>();
        var health = DiscoveryOptions.Bind(app.Configuration).CheckPath;

        // A service that has only just started may not know yet that it must not work; without Redis it goes on all the same.
        var learned = Task.WhenAny(emergency.Learned, Task.Delay(LongestWait, app.Services.GetRequiredService<TimeProvider>()));
        app.Use(async (context, next) =>
        {
            if (!context.Request.Path.Equals(health, StringComparison.OrdinalIgnoreCase))
            {
                await learned.WaitAsync(context.RequestAborted);
                if (emergency.IsOn)
                {
                    throw new ApiException(StatusCodes.Status503ServiceUnavailable, "EMERGENCY_STOP", "operations", "The stack has been stopped in an emergency.", "Wait until it is told to go on.");
                }
            }

            await next(context);
        });
        return app;
    }
}
