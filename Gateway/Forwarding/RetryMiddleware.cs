using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>
/// Sends a request to another instance when the first could not be reached, which is always safe because nothing was sent, or when
/// an idempotent one got no answer. An instance that cannot be reached is left out until Consul has had time to notice.
/// </summary>
internal sealed class RetryMiddleware(RequestDelegate next, IDestinationHealthUpdater health)
{
    private const int Attempts = 3;

    private static readonly TimeSpan LeftOut = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var tried = new List<DestinationState>(Attempts);
        for (var attempt = 1; ; attempt++)
        {
            await next(context);
            var error = context.Features.Get<IForwarderErrorFeature>();
            var used = proxy.ProxiedDestination;
            if (error is null || used is null || proxy.Route.Cluster is not { } cluster)
            {
                return;
            }

            var unreachable = IsUnreachable(error.Exception);
            if (unreachable)
            {
                health.SetPassive(cluster, used, DestinationHealth.Unhealthy, LeftOut);
            }

            // Affinity has left only the caller's own instance over; to be answered by another is better than not at all.
            tried.Add(used);
            var others = cluster.DestinationsState.AvailableDestinations.Except(tried).ToArray();
            if (attempt == Attempts || others.Length == 0 || !MayRetry(context, error, unreachable))
            {
                return;
            }

            context.Response.Clear();
            context.Features.Set<IForwarderErrorFeature>(null);
            proxy.ProxiedDestination = null;
            proxy.AvailableDestinations = others;
        }
    }

    private static bool MayRetry(HttpContext context, IForwarderErrorFeature error, bool unreachable)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }

        return unreachable || (error.Error == ForwarderError.Request && IsIdempotentWithoutBody(context.Request));
    }

    private static bool IsIdempotentWithoutBody(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        && request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding");

    private static bool IsUnreachable(Exception? exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
}
