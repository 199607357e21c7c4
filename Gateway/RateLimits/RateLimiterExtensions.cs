using System.Globalization;
using System.Threading.RateLimiting;
using XoeNovAi.Gateway.Clients;
using XoeNovAi.Gateway.Errors;
using XoeNovAi.Gateway.Metrics;
using XoeNovAi.Gateway.Routing;

namespace XoeNovAi.Gateway.RateLimits;

internal static class RateLimiterExtensions
{
    /// <summary>Limits how many requests one client may send, by the policy of the route it takes.</summary>
    public static void AddGatewayRateLimits(this IServiceCollection services) =>
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, RateLimitKey>(Partition);
            options.OnRejected = RefuseAsync;
        });

    // The key holds the numbers too: when they change at run time, every client begins anew with the new ones.
    private static RateLimitPartition<RateLimitKey> Partition(HttpContext context)
    {
        if (RoutePolicy.Of(context) is not { LimitName: { } name } policy)
        {
            return RateLimitPartition.GetNoLimiter(RateLimitKey.None);
        }

        return RateLimitPartition.GetFixedWindowLimiter(
            new RateLimitKey(name, policy.LimitRequests, policy.LimitWindow, ClientIdentity.Of(context)),
            static key => new FixedWindowRateLimiterOptions { PermitLimit = key.Requests, Window = key.Window, QueueLimit = 0 });
    }

    private static async ValueTask RefuseAsync(Microsoft.AspNetCore.RateLimiting.OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromSeconds(1);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        context.RequestServices.GetRequiredService<GatewayMetrics>().RateLimited(RoutePolicy.Of(context)!.Service);
        await Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "More requests than one client may send; come back later.");
    }
}
