using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace XoeNovAi.ServiceDefaults.Diagnostics;

/// <summary>Answers what carries <see cref="RequestEcho.Header"/> before the service itself can.</summary>
internal sealed class EchoStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.MapWhen(static context => context.Request.Headers.ContainsKey(RequestEcho.Header), static echo => echo.UseWebSockets().Run(RequestEcho.InvokeAsync));
        next(app);
    };
}
