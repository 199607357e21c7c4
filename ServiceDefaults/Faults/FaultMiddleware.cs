using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using XoeNovAi.ServiceDefaults.Consul;

namespace XoeNovAi.ServiceDefaults.Faults;

internal sealed class FaultMiddleware(RequestDelegate next, FaultSwitch faults, DiscoveryOptions discovery, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var fault = faults.Current;
        if (context.Request.Path.Equals(discovery.CheckPath, StringComparison.OrdinalIgnoreCase))
        {
            if (fault.Health == 0)
            {
                await next(context);
            }
            else
            {
                context.Response.StatusCode = fault.Health;
            }

            return;
        }

        if (!context.Request.Path.Value!.StartsWith(fault.Path, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        await Task.Delay(fault.Delay, time, context.RequestAborted);
        if (fault.DropAfter == 0)
        {
            context.Abort();
        }
        else if (fault.Status != 0)
        {
            context.Response.StatusCode = fault.Status;
        }
        else
        {
            if (fault.Gap > TimeSpan.Zero || fault.DropAfter > 0)
            {
                var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
                context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new FaultyStream(body.Stream, fault, time, context.Abort), body));
            }

            await next(context);
        }
    }
}
