using System.Globalization;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Routing;

/// <summary>What the gateway reads from a route beside YARP.</summary>
internal static class RouteConfigExtensions
{
    /// <summary>The key of a route's <c>Metadata</c> that says how long its answers may take to begin.</summary>
    public const string ResponseTimeout = nameof(ResponseTimeout);

    private const string PathRemovePrefix = nameof(PathRemovePrefix);

    // With these YARP makes the target anew.
    private static readonly string[] Rewriting =
        ["PathPrefix", "PathSet", "PathPattern", "QueryValueParameter", "QueryRouteParameter", "QueryRemoveParameter"];

    /// <summary>What the service does not get to see of the path; null for nothing.</summary>
    public static string? StrippedPrefix(this RouteConfig route) => route.Transform(PathRemovePrefix)?.TrimEnd('/') is { Length: > 0 } prefix ? prefix : null;

    /// <summary>Whether path or query are written anew, and so cannot pass as they were sent.</summary>
    public static bool RewritesTarget(this RouteConfig route) => Array.Exists(Rewriting, key => route.Transform(key) is not null);

    /// <summary>The value of the route's transform of that name; null when it has none.</summary>
    public static string? Transform(this RouteConfig route, string key) =>
        route.Transforms?.Select(transform => transform.FirstOrDefault(pair => string.Equals(pair.Key, key, StringComparison.OrdinalIgnoreCase)).Value).FirstOrDefault(static value => value is not null);

    /// <summary>How long the route's answers may take to begin, when not as long as the others'.</summary>
    public static TimeSpan? OwnResponseTimeout(this RouteConfig route) =>
        route.Metadata?.GetValueOrDefault(ResponseTimeout) is { } text ? TimeSpan.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The configuration of the route a request has taken; null when the gateway answers itself.</summary>
    public static RouteConfig? Route(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config;
}
