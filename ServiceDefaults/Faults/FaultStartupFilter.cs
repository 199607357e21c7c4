using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace XoeNovAi.ServiceDefaults.Faults;

/// <summary>Puts the faults before everything a service adds itself.</summary>
internal sealed class FaultStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<FaultMiddleware>();
        next(app);
    };
}
