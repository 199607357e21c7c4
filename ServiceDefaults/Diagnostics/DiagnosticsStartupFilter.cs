using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace XoeNovAi.ServiceDefaults.Diagnostics;

internal sealed class DiagnosticsStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<FaultMiddleware>();
        next(app);
    };
}
