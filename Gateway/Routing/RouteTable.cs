using XoeNovAi.Gateway.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace XoeNovAi.Gateway.Routing;

/// <summary>The routes of the configuration in YARP's terms.</summary>
internal static class RouteTable
{
    public static IReadOnlyList<RouteConfig> Build(GatewayOptions options)
    {
        var routes = new List<RouteConfig>();
        foreach (var route in options.Routes)
        {
            var policy = RoutePolicy.Create(route, options);
            foreach (var path in route.Paths)
            {
                // From 1 on: the gateway's own endpoints have 0 and come first.
                var order = routes.Count + 1;
                routes.Add(policy.Attach(new RouteConfig
                {
                    RouteId = $"{order:00}-{route.Service}",
                    ClusterId = route.Service,
                    Order = order,
                    Match = new RouteMatch { Path = path.EndsWith("/*", StringComparison.Ordinal) ? path[..^1] + "{**rest}" : path },
                }));
            }
        }

        return routes;
    }
}
