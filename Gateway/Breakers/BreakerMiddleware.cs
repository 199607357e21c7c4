using XoeNovAi.Gateway.Forwarding;

namespace XoeNovAi.Gateway.Breakers;

/// <summary>Hands a request to the chosen instance through its breaker.</summary>
internal sealed class BreakerMiddleware(RequestDelegate next, BreakerRegistry breakers)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        if (proxy.AvailableDestinations is not [var destination] || proxy.Route.Cluster is not { } cluster)
        {
            // Without an instance YARP answers 503.
            await next(context);
            return;
        }

        if (await breakers.Of(cluster, destination).ForwardAsync(next, context) is { } broken)
        {
            context.Features.Set(new BreakerRejection(destination, broken.RetryAfter));
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }
}
