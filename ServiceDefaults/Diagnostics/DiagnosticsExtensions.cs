using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace XoeNovAi.ServiceDefaults.Diagnostics;

internal static class DiagnosticsExtensions
{
    public const string Prefix = "/_diagnostics";

    public static void AddDiagnostics(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(DiagnosticsOptions.Section).Get<DiagnosticsOptions>() ?? new();
        builder.Services.AddSingleton(options);
        if (options.Faults)
        {
            builder.Services.AddSingleton<FaultSwitch>();
            builder.Services.AddTransient<IStartupFilter, DiagnosticsStartupFilter>();
        }
    }

    public static void MapDiagnostics(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<DiagnosticsOptions>();
        if (options.Faults)
        {
            app.MapMethods($"{Prefix}/faults", [HttpMethods.Put], SetFaults);
            app.MapMethods($"{Prefix}/faults", [HttpMethods.Delete], ClearFaults);
        }

        if (options.Echo)
        {
            app.UseWebSockets();
            app.MapFallback("{**path}", RequestEcho.InvokeAsync);
        }
    }

    private static Task SetFaults(HttpContext context)
    {
        var query = context.Request.Query;
        context.RequestServices.GetRequiredService<FaultSwitch>().Current = new FaultState(
            Number(query["health"]), TimeSpan.FromMilliseconds(Number(query["delay_ms"])));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task ClearFaults(HttpContext context)
    {
        context.RequestServices.GetRequiredService<FaultSwitch>().Current = FaultState.None;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
