using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using XoeNovAi.ServiceDefaults.Middleware;

namespace XoeNovAi.ServiceDefaults.Faults;

internal static class FaultExtensions
{
    public static void AddFaults(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<FaultSwitch>();
        var options = builder.Configuration.GetSection(FaultOptions.Section).Get<FaultOptions>() ?? new();
        if (options.Port == 0)
        {
            return;
        }

        builder.Services.AddSingleton(options);
        builder.Services.AddHostedService<FaultControl>();
        builder.Services.AddTransient<IStartupFilter, FirstMiddleware<FaultMiddleware>>();
    }
}

/// <summary>Whether faults can be switched on.</summary>
internal sealed class FaultOptions
{
    public const string Section = "Faults";

    /// <summary>The port of this machine's own loopback where faults are switched; 0, the default, is nowhere.</summary>
    public int Port { get; set; }
}
