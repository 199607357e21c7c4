using Microsoft.AspNetCore.Http;
using XoeNovAi.ServiceDefaults.Consul;

namespace XoeNovAi.ServiceDefaults.Diagnostics;

internal sealed class FaultMiddleware(RequestDelegate next, FaultSwitch faults, DiscoveryOptions discovery, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var current = faults.Current;
        var path = context.Request.Path;
        if (path.Equals(discovery.CheckPath, StringComparison.OrdinalIgnoreCase))
        {
            if (current.HealthStatus != 0)
            {
                context.Response.StatusCode = current.HealthStatus;
                return;
            }
        }
        else if (current.Delay > TimeSpan.Zero && !path.StartsWithSegments(DiagnosticsExtensions.Prefix, StringComparison.Ordinal))
        {
            await Task.Delay(current.Delay, time, context.RequestAborted);
        }

        await next(context);
    }
}
