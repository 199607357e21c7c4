using System.Globalization;
using System.Runtime.CompilerServices;
using XoeNovAi.Gateway.Authentication;
using XoeNovAi.Gateway.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Routing;

/// <summary>What holds for the requests of one route.</summary>
/// <param name="Service">Who answers them.</param>
/// <param name="StrippedPrefix">What the service does not get to see of the path.</param>
/// <param name="ResponseTimeout">How long the answer may take to begin.</param>
/// <param name="LimitName">The name of the rate limit; null when there is none.</param>
/// <param name="LimitRequests">How many requests a client may send in a window.</param>
/// <param name="LimitWindow">The window.</param>
/// <param name="Access">Who may pass.</param>
/// <param name="Scope">What a token must allow.</param>
internal sealed record RoutePolicy(
    string Service, string? StrippedPrefix, TimeSpan ResponseTimeout, string? LimitName, int LimitRequests, TimeSpan LimitWindow, Access Access, string? Scope)
{
    private const string DefaultLimit = "default";

    // YARP hands its own configuration object along with each request, and has no place for anything else in it.
    private static readonly ConditionalWeakTable<RouteConfig, RoutePolicy> Policies = [];

    /// <summary>How many segments the stripped prefix has.</summary>
    public int StrippedSegments { get; } = StrippedPrefix?.Count('/') ?? 0;

    public static RoutePolicy Create(GatewayRoute route, GatewayOptions options)
    {
        var limitName = route.RateLimit ?? (options.RateLimits.ContainsKey(DefaultLimit) ? DefaultLimit : null);
        var limit = limitName is null ? null : options.RateLimits[limitName];
        return new RoutePolicy(
            route.Service, route.StripPrefix, route.ResponseTimeout ?? options.ResponseTimeout,
            limitName, limit?.Requests ?? 0, limit?.Window ?? TimeSpan.Zero, route.Access, route.Scope);
    }

    /// <summary>A route's configuration with this policy. Two with different policies are not equal, or YARP would keep the old one.</summary>
    public RouteConfig Attach(RouteConfig route)
    {
        var attached = route with { Metadata = new Dictionary<string, string> { [nameof(RoutePolicy)] = string.Create(CultureInfo.InvariantCulture, $"{this}") } };
        Policies.Add(attached, this);
        return attached;
    }

    public static RoutePolicy Of(RouteConfig route) => Policies.TryGetValue(route, out var policy) ? policy : throw new InvalidOperationException($"Route {route.RouteId} has no policy.");

    /// <summary>The policy of the route a request has taken; null when the gateway answers itself.</summary>
    public static RoutePolicy? Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { } route ? Of(route.Config) : null;
}
