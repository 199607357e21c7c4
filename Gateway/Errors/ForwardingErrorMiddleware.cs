using System.Globalization;
using XoeNovAi.Gateway.Breakers;
using XoeNovAi.Gateway.Forwarding;
using Yarp.ReverseProxy.Forwarder;

namespace XoeNovAi.Gateway.Errors;

/// <summary>Says which service could not answer, where YARP alone leaves the body empty.</summary>
internal sealed class ForwardingErrorMiddleware(RequestDelegate next, ILogger<ForwardingErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response.HasStarted)
        {
            return;
        }

        var service = context.GetReverseProxyFeature().Cluster.Config.ClusterId;
        var status = context.Response.StatusCode;
        if (context.Features.Get<BreakerRejection>() is { } rejection)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(rejection.RetryAfter?.TotalSeconds ?? 1)).ToString(CultureInfo.InvariantCulture);
            await Problem.WriteAsync(context, status, $"{service} has not been answering and is given a pause.", service);
            return;
        }

        if (context.Features.Get<IForwarderErrorFeature>() is not { } error)
        {
            return;
        }

        // YARP takes a connection that does not come about in time for a slow answer.
        status = ForwardingResults.Of(context) == ForwardingResult.Unreachable ? StatusCodes.Status502BadGateway : status;
        context.Response.Clear();
        logger.LogWarning("{Service} could not answer: {Error} {Reason}", service, error.Error, error.Exception?.Message);
        await Problem.WriteAsync(context, status, Detail(status, service), service);
    }

    private static string Detail(int status, string service) => status switch
    {
        StatusCodes.Status503ServiceUnavailable => $"No instance of {service} is available.",
        StatusCodes.Status504GatewayTimeout => $"{service} did not answer in time.",
        StatusCodes.Status502BadGateway => $"{service} could not be reached.",
        StatusCodes.Status413PayloadTooLarge => "The body is larger than the gateway takes.",
        _ => $"The request could not be handed to {service}.",
    };
}
