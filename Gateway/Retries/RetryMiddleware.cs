using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Forwarding;
using XoeNovAi.Gateway.Metrics;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Retries;

/// <summary>
/// Sends a request that may be repeated to another instance, within a budget, when the first could not be connected to or gave no answer.
/// </summary>
internal sealed class RetryMiddleware(RequestDelegate next, GatewaySettings settings, RetryBudgets budgets, GatewayMetrics metrics)
{
    private const string IdempotencyKey = "Idempotency-Key";

    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        if (proxy.Route.Cluster is not { } cluster)
        {
            await next(context);
            return;
        }

        var options = settings.Current.Retries;
        var budget = budgets.Of(cluster.ClusterId);
        budget.CountRequest(options);
        var repeatable = await IsRepeatableAsync(context, options);
        List<DestinationState>? tried = null;
        for (var attempt = 1; ; attempt++)
        {
            await next(context);
            var rejected = context.Features.Get<BreakerRejection>();
            var result = ForwardingResults.Of(context);
            if (rejected is null && (result is not (ForwardingResult.Unreachable or ForwardingResult.Unanswered) || attempt >= options.Attempts))
            {
                return;
            }

            if ((rejected?.Destination ?? proxy.ProxiedDestination) is not { } used || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            {
                return;
            }

            // Affinity has left only the caller's own instance over; to be answered by another is better than not at all.
            tried ??= [];
            tried.Add(used);
            var others = cluster.DestinationsState.AvailableDestinations.Except(tried).ToArray();
            if (others.Length == 0)
            {
                return;
            }

            if (rejected is not null)
            {
                // Nothing was tried, so nothing is tried again.
                attempt--;
            }
            else if (!MayRepeat(context, result, repeatable, budget, options, cluster.ClusterId))
            {
                return;
            }

            Forget(context, proxy, others);
        }
    }

    private static void Forget(HttpContext context, IReverseProxyFeature proxy, DestinationState[] others)
    {
        context.Response.Clear();
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Features.Set<BreakerRejection>(null);
        if (context.Request.Body is MemoryStream kept)
        {
            kept.Position = 0;
        }

        proxy.ProxiedDestination = null;
        proxy.AvailableDestinations = others;
    }

    private bool MayRepeat(HttpContext context, ForwardingResult result, bool repeatable, RetryBudget budget, RetryOptions options, string service)
    {
        // After the timeout of the answer the caller has waited long enough.
        if (!repeatable || (result == ForwardingResult.Unanswered
            && context.Features.Get<IForwarderErrorFeature>()?.Error is not ForwarderError.Request and not ForwarderError.RequestBodyDestination))
        {
            return false;
        }

        if (!budget.TryTake(options))
        {
            metrics.RetryDenied(service);
            return false;
        }

        metrics.Retried(service);
        return true;
    }

    private static async Task<bool> IsRepeatableAsync(HttpContext context, RetryOptions options)
    {
        var request = context.Request;
        if (!Upload.IsIn(context))
        {
            return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
                || request.Headers.ContainsKey(IdempotencyKey);
        }

        if (!request.Headers.ContainsKey(IdempotencyKey) || request.ContentLength is not { } length || length > options.MaximumBodyBytes)
        {
            return false;
        }

        var body = new MemoryStream((int)length);
        await request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        request.Body = body;
        return true;
    }
}
