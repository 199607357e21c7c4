using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using XoeNovAi.Gateway.Clients;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Errors;
using XoeNovAi.Gateway.Metrics;
using XoeNovAi.Gateway.Routing;

namespace XoeNovAi.Gateway.RateLimits;

internal static class RateLimiterExtensions
{
    /// <summary>Limits how many requests one client may send, by the policy of the route it takes.</summary>
    /// <param name="services">The gateway's.</param>
    /// <param name="options">The settings at the start: policies that come later need another.</param>
    public static void AddGatewayRateLimits(this IServiceCollection services, GatewayOptions options) =>
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RefuseAsync;
            foreach (var name in options.RateLimits.Keys)
            {
                limiter.AddPolicy(name, context => Partition(context, name));
            }
        });

    // The key holds the numbers too: when they change at run time, every client begins anew with the new ones.
    private static RateLimitPartition<RateLimitKey> Partition(HttpContext context, string name) =>
        context.RequestServices.GetRequiredService<GatewaySettings>().Current.RateLimits.TryGetValue(name, out var limit)
            ? RateLimitPartition.GetFixedWindowLimiter(
                new RateLimitKey(limit.Requests, limit.Window, ClientIdentity.Of(context)),
                static key => new FixedWindowRateLimiterOptions { PermitLimit = key.Requests, Window = key.Window, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter(RateLimitKey.None);

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromSeconds(1);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        context.RequestServices.GetRequiredService<GatewayMetrics>().RateLimited(context.Route()!.ClusterId!);
        await Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "More requests than one client may send; come back later.");
    }
}
