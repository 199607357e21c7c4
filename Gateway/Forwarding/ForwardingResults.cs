using Yarp.ReverseProxy.Forwarder;

namespace XoeNovAi.Gateway.Forwarding;

internal static class ForwardingResults
{
    /// <summary>How the last attempt of a request ended.</summary>
    public static ForwardingResult Of(HttpContext context)
    {
        if (context.Features.Get<IForwarderErrorFeature>() is not { } error)
        {
            return ForwardingResult.Answered;
        }

        return error.Error switch
        {
            _ when error.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
                => ForwardingResult.Unreachable,
            // The handler says so of ConnectTimeout only: our own limits cancel.
            ForwarderError.RequestTimedOut when error.Exception is OperationCanceledException { InnerException: TimeoutException }
                => ForwardingResult.Unreachable,
            ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination or ForwarderError.ResponseHeaders
                or ForwarderError.ResponseBodyDestination or ForwarderError.UpgradeResponseDestination or ForwarderError.UpgradeRequestDestination
                => ForwardingResult.Unanswered,
            _ => ForwardingResult.Abandoned,
        };
    }
}
