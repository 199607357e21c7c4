using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace XoeNovAi.ServiceDefaults.Telemetry;

/// <summary>Puts the middleware before everything a service adds itself.</summary>
internal sealed class ServerSpanStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<ServerSpanMiddleware>();
        next(app);
    };
}
