using Yarp.ReverseProxy.LoadBalancing;

namespace XoeNovAi.Gateway.Routing;

/// <summary>Reads the gateway's configuration and says exactly which entry is wrong.</summary>
internal static class GatewayOptionsReader
{
    private static readonly string[] Policies =
    [
        LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.LeastRequests, LoadBalancingPolicies.PowerOfTwoChoices,
        LoadBalancingPolicies.Random, LoadBalancingPolicies.FirstAlphabetical,
    ];

    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static GatewayOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new();
        Require(options.Routes.Count > 0, "Routes", "is empty. Give at least one route.");
        Require(options.ResponseTimeout > TimeSpan.Zero, "ResponseTimeout", "must be a time above zero, e.g. 00:00:30.");
        Require(options.IdleTimeout >= options.ResponseTimeout, "IdleTimeout", "must not be shorter than ResponseTimeout, e.g. 00:10:00.");
        Require(options.ConnectTimeout > TimeSpan.Zero, "ConnectTimeout", "must be a time above zero, e.g. 00:00:02.");
        Require(options.MaximumBodyBytes > 0, "MaximumBodyBytes", "must be a number above zero, e.g. 104857600.");
        for (var i = 0; i < options.Routes.Count; i++)
        {
            Check(options.Routes[i], $"Routes:{i}");
        }

        foreach (var (name, service) in options.Services)
        {
            Require(Policies.Contains(service.LoadBalancing, StringComparer.OrdinalIgnoreCase),
                $"Services:{name}:LoadBalancing", $"is '{service.LoadBalancing}'. It must be one of {string.Join(", ", Policies)}.");
            Require(options.Routes.Any(route => string.Equals(route.Service, name, StringComparison.OrdinalIgnoreCase)),
                $"Services:{name}", "is the service of no route. Correct the name, or remove it.");
        }

        return options;
    }

    private static void Check(GatewayRoute route, string key)
    {
        Require(route.Service.Length > 0, $"{key}:Service", "is missing. Name the service that answers.");
        Require(route.Paths.Length > 0, $"{key}:Paths", "is empty. Give at least one path, e.g. /chat/*.");
        foreach (var path in route.Paths)
        {
            Require(path.StartsWith('/') && path.IndexOfAny(['{', '}', '?', '#', '%']) < 0 && !path.TrimEnd('*').Contains('*', StringComparison.Ordinal)
                && (!path.EndsWith('*') || path.EndsWith("/*", StringComparison.Ordinal)),
                $"{key}:Paths", $"holds '{path}'. Write it like /manifest.json or /chat/*.");
            Require(route.StripPrefix is null || path.StartsWith(route.StripPrefix + "/", StringComparison.OrdinalIgnoreCase),
                $"{key}:StripPrefix", $"is '{route.StripPrefix}', with which '{path}' does not begin.");
        }

        Require(route.StripPrefix is null || (route.StripPrefix.Length > 1 && route.StripPrefix.StartsWith('/') && !route.StripPrefix.EndsWith('/')),
            $"{key}:StripPrefix", $"is '{route.StripPrefix}'. Write it like /chat.");
    }

    private static void Require(bool holds, string key, string problem)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{GatewayOptions.Section}:{key} {problem}");
        }
    }
}
