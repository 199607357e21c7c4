using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Timeouts;
using Yarp.ReverseProxy.Forwarder;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>
/// Whose fault it was. Charged to an instance is only what is known to be its own: a caller that could make instances look sick could
/// take them from all others.
/// </summary>
internal static class ForwardingResults
{
    /// <summary>How the last attempt of a request ended.</summary>
    public static ForwardingResult Of(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>() switch
        {
            null => ForwardingResult.Answered,

            // The route's Timeout ends a request as the caller's leaving does. Who has given all it had to is not to blame for it.
            _ when IsTimedOut(context) => context.Features.Get<Upload>() is null or { IsSent: true } ? ForwardingResult.Unanswered : ForwardingResult.Abandoned,
            { } error => Of(error, context.Features.Get<Upload>()),
        };

    /// <summary>Whether the route's <c>Timeout</c> has passed.</summary>
    public static bool IsTimedOut(HttpContext context) => context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true;

    /// <summary>Whether the caller has the answer although its upload did not come to an end.</summary>
    public static bool IsAfterTheAnswer(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>() is { Exception: not AggregateException } error
        && IsOfTheUpload(error) && context.Features.Get<Upload>() is { IsAnswered: true };

    /// <summary>Whether the instance did not take a piece of the request in time.</summary>
    public static bool IsUntaken(IForwarderErrorFeature error) =>
        error is { Error: ForwarderError.RequestBodyDestination, Exception: AggregateException { InnerExceptions: [OperationCanceledException, ..] } };

    private static ForwardingResult Of(IForwarderErrorFeature error, Upload? upload) => error.Error switch
    {
        ForwarderError.Request => OfRequest(error.Exception),

        // The handler says so of ConnectTimeout only: our own limits cancel, and do so while the instance is waited for, never the caller.
        ForwarderError.RequestTimedOut => error.Exception is OperationCanceledException { InnerException: TimeoutException } ? ForwardingResult.Unreachable : ForwardingResult.Unanswered,

        // The instance stopped taking the request before it answered: because of what it was sent, unless it had all of it or did not react.
        ForwarderError.RequestBodyDestination when upload is not { IsAnswered: true } =>
            IsUntaken(error) || upload is { IsComplete: true } ? ForwardingResult.Unanswered : ForwardingResult.Abandoned,

        // It answered, and then broke off both.
        ForwarderError.RequestBodyDestination when error.Exception is AggregateException { InnerExceptions: [_, HttpIOException] } => ForwardingResult.Unanswered,
        ForwarderError.RequestBodyClient or ForwarderError.RequestBodyDestination or ForwarderError.RequestBodyCanceled =>
            upload is { IsAnswered: true } ? ForwardingResult.Answered : ForwardingResult.Abandoned,

        // Its answer cannot be passed on, or the caller left meanwhile.
        ForwarderError.ResponseHeaders => error.Exception is OperationCanceledException ? ForwardingResult.Abandoned : ForwardingResult.Answered,

        // Cut, or silent for longer than ActivityTimeout, which a stream may be.
        ForwarderError.ResponseBodyDestination => error.Exception is OperationCanceledException ? ForwardingResult.Abandoned : ForwardingResult.Unanswered,

        // The switch of protocols was the answer. How a socket ends is up to both sides.
        ForwarderError.UpgradeRequestDestination or ForwarderError.UpgradeResponseDestination => ForwardingResult.Answered,

        // The request could not even be made of what the caller sent, the caller gave up, left, or does not read; or there is no instance.
        _ => ForwardingResult.Abandoned,
    };

    private static ForwardingResult OfRequest(Exception? exception) => exception is not HttpRequestException request
        ? ForwardingResult.Abandoned
        : request.HttpRequestError switch
        {
            // The gateway itself has no port left to connect from.
            HttpRequestError.ConnectionError when request.InnerException is SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => ForwardingResult.Abandoned,
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.VersionNegotiationError => ForwardingResult.Unreachable,
            HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => ForwardingResult.Unanswered,
            // A connection that is reset has no error of its own. Without one the handler refused to send what the caller gave.
            HttpRequestError.Unknown when IsReset(request) => ForwardingResult.Unanswered,
            // Headers longer than the gateway takes, or no WebSockets over HTTP/2: the instance is well.
            _ => ForwardingResult.Abandoned,
        };

    private static bool IsReset(Exception exception)
    {
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfTheUpload(IForwarderErrorFeature error) =>
        error.Error is ForwarderError.RequestBodyClient or ForwarderError.RequestBodyDestination or ForwarderError.RequestBodyCanceled;
}
