using System.Globalization;
using Yarp.ReverseProxy.Configuration;

namespace XoeNovAi.Gateway.Routing;

/// <summary>The routes of the configuration in YARP's terms.</summary>
internal static class RouteTable
{
    /// <summary>Metadata of a route: how many segments of the path its service does not get to see.</summary>
    public const string StrippedSegments = nameof(StrippedSegments);

    public static IReadOnlyList<RouteConfig> Build(GatewayOptions options)
    {
        var routes = new List<RouteConfig>();
        foreach (var route in options.Routes)
        {
            var metadata = new Dictionary<string, string>
            {
                [StrippedSegments] = (route.StripPrefix?.Count(character => character == '/') ?? 0).ToString(CultureInfo.InvariantCulture),
            };
            foreach (var path in route.Paths)
            {
                // From 1 on: the gateway's own endpoints have 0 and come first.
                var order = routes.Count + 1;
                routes.Add(new RouteConfig
                {
                    RouteId = $"{order:00}-{route.Service}",
                    ClusterId = route.Service,
                    Order = order,
                    Match = new RouteMatch { Path = path.EndsWith("/*", StringComparison.Ordinal) ? path[..^1] + "{**rest}" : path },
                    Metadata = metadata,
                });
            }
        }

        return routes;
    }
}
