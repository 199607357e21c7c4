using System.Globalization;
using XoeNovAi.Gateway.Errors;
using Yarp.ReverseProxy.Forwarder;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Says which service could not answer, where YARP alone leaves the body empty.</summary>
internal sealed class ForwardingErrorMiddleware(RequestDelegate next, ILogger<ForwardingErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response.HasStarted || ForwardingResults.IsAfterTheAnswer(context))
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

        status = Status(context, error);
        context.Response.Clear();
        logger.LogWarning("{Service} could not answer: {Error} {Reason}", service, error.Error, error.Exception?.Message);
        await Problem.WriteAsync(context, status, Detail(status, service), service);
    }

    private static int Status(HttpContext context, IForwarderErrorFeature error) => ForwardingResults.Of(context) switch
    {
        _ when ForwardingResults.IsTimedOut(context) => StatusCodes.Status504GatewayTimeout,

        // YARP takes a connection that does not come about in time for a slow answer,
        ForwardingResult.Unreachable => StatusCodes.Status502BadGateway,
        // a request that is not taken in time for a broken connection,
        ForwardingResult.Unanswered when ForwardingResults.IsUntaken(error) => StatusCodes.Status504GatewayTimeout,
        // and what cannot be sent for an instance that cannot be reached.
        ForwardingResult.Abandoned when error.Error is ForwarderError.RequestCreation or ForwarderError.Request
            && error.Exception is not HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } => StatusCodes.Status400BadRequest,
        _ => context.Response.StatusCode,
    };

    private static string Detail(int status, string service) => status switch
    {
        StatusCodes.Status503ServiceUnavailable => $"No instance of {service} is available.",
        StatusCodes.Status504GatewayTimeout => $"{service} did not answer in time.",
        StatusCodes.Status502BadGateway => $"{service} could not be reached.",
        StatusCodes.Status413PayloadTooLarge => "The body is larger than the gateway takes.",
        _ => $"The request could not be handed to {service}.",
    };
}
