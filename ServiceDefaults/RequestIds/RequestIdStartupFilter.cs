using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace XoeNovAi.ServiceDefaults.RequestIds;

/// <summary>Puts the middleware before everything a service adds itself.</summary>
internal sealed class RequestIdStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<RequestIdMiddleware>();
        next(app);
    };
}
