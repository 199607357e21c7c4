using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace XoeNovAi.ServiceDefaults.Middleware;

/// <summary>Puts a middleware before everything a service adds itself; several of them run in the order of their registration.</summary>
internal sealed class FirstMiddleware<TMiddleware> : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<TMiddleware>();
        next(app);
    };
}
