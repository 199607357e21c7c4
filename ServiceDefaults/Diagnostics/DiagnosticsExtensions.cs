using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace XoeNovAi.ServiceDefaults.Diagnostics;

internal static class DiagnosticsExtensions
{
    public static void AddDiagnostics(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(DiagnosticsOptions.Section).Get<DiagnosticsOptions>() ?? new();
        builder.Services.AddSingleton(options);
        if (options.Echo)
        {
            builder.Services.AddTransient<IStartupFilter, EchoStartupFilter>();
        }
    }

    public static void MapDiagnostics(this WebApplication app)
    {
        if (app.Services.GetRequiredService<DiagnosticsOptions>().Echo)
        {
            app.UseWebSockets();

            // Not an endpoint: where one matches, files are not served.
            app.Use(static (context, next) => context.GetEndpoint() is null ? RequestEcho.InvokeAsync(context) : next(context));
        }
    }
}

/// <summary>Switches of the test environment, all off by default.</summary>
internal sealed class DiagnosticsOptions
{
    public const string Section = "Diagnostics";

    /// <summary>Every path that nothing else answers returns the request as it arrived, and every path for who asks by header.</summary>
    public bool Echo { get; set; }
}
