using System.Globalization;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using XoeNovAi.Gateway.Routing;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.LoadBalancing;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>
/// Checks YARP's section before YARP reads it. YARP leaves out a mistyped key without a word, says of others only in prose where they
/// are, and some mistakes it finds only when a request comes.
/// </summary>
internal sealed class ReverseProxyReader
{
    public const string Section = "ReverseProxy";

    private static readonly string[] BalancingPolicies =
    [
        LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.LeastRequests, LoadBalancingPolicies.PowerOfTwoChoices,
        LoadBalancingPolicies.Random, LoadBalancingPolicies.FirstAlphabetical,
    ];

    // What YARP takes for a path that is not given.
    private const string Everything = "/{**catchall}";

    private static readonly string[] OwnPaths = ["/health", "/metrics"];

    private readonly IConfiguration _configuration;
    private readonly GatewayOptions _options;
    private readonly IReadOnlyList<RouteConfig> _routes;
    private readonly IReadOnlyDictionary<string, ClusterConfig> _clusters;

    private ReverseProxyReader(IConfiguration configuration, GatewayOptions options, IProxyConfig config)
    {
        _configuration = configuration;
        _options = options;
        _routes = config.Routes;
        _clusters = config.Clusters.ToDictionary(static cluster => cluster.ClusterId, StringComparer.OrdinalIgnoreCase);
    }

    /// <param name="configuration">What holds the section.</param>
    /// <param name="options">The gateway's own settings, which routes name policies of.</param>
    /// <param name="validator">YARP's own checks.</param>
    /// <exception cref="GatewayConfigurationException">A setting is wrong.</exception>
    public static async Task CheckAsync(IConfiguration configuration, GatewayOptions options, IConfigValidator validator)
    {
        var section = configuration.GetSection(Section);
        if (SettingsShape.FirstMisfit(section, typeof(SectionShape)) is { } misfit)
        {
            throw Wrong(configuration, misfit.Key, misfit.Problem);
        }

        await using var yarp = new ServiceCollection().AddLogging().AddReverseProxy().LoadFromConfig(section).Services.BuildServiceProvider();
        var reader = new ReverseProxyReader(configuration, options, yarp.GetRequiredService<IProxyConfigProvider>().GetConfig());
        reader.CheckRoutes();
        reader.CheckClusters();
        foreach (var route in reader._routes)
        {
            Complain(configuration, $"{Section}:Routes:{route.RouteId}", await validator.ValidateRouteAsync(route));
        }

        foreach (var cluster in reader._clusters.Values)
        {
            Complain(configuration, $"{Section}:Clusters:{cluster.ClusterId}", await validator.ValidateClusterAsync(cluster));
        }
    }

    private void CheckRoutes()
    {
        Require(_routes.Count > 0, "Routes", "is empty. Give at least one route.");
        var taken = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var route in _routes)
        {
            var key = $"Routes:{route.RouteId}";
            Require(!string.IsNullOrEmpty(route.ClusterId), $"{key}:ClusterId", $"is missing. Name one of Clusters: {Names(_clusters.Keys)}.");
            Require(_clusters.ContainsKey(route.ClusterId!), $"{key}:ClusterId", $"is '{route.ClusterId}', which Clusters does not have. It has: {Names(_clusters.Keys)}.");
            CheckPath(route, key);
            Require(taken.TryAdd(Requests(route), route.RouteId), $"{key}:Match", $"is what route {taken.GetValueOrDefault(Requests(route))} has already taken. Remove one of them, or give them an Order.");
            CheckPolicies(route, key);
            CheckTimeout(route, key);
        }
    }

    private void CheckPath(RouteConfig route, string key)
    {
        var path = route.Match.Path;
        Require(path is null || path.StartsWith('/'), $"{key}:Match:Path", $"is '{path}'. Write it like /manifest.json or /chat/{{**rest}}.");
        var own = OwnPaths.FirstOrDefault(one => Takes(route, one));
        Require(own is null, $"{key}:Match:Path", $"is '{path ?? Everything}', which takes {own} from the gateway, who answers that itself. Remove the route, or its Order.");
        if (route.Transform("PathRemovePrefix") is { } removed)
        {
            Require(removed.Length > 1 && removed.StartsWith('/') && !removed.EndsWith('/'), $"{key}:Transforms", $"removes the prefix '{removed}'. Write it like /chat.");
            Require(path is not null && $"{path}/".StartsWith($"{removed}/", StringComparison.OrdinalIgnoreCase),
                $"{key}:Match:Path", $"is '{path}', which does not begin with the prefix '{removed}' that the route removes. Correct one of the two.");
        }
    }

    private void CheckPolicies(RouteConfig route, string key)
    {
        CheckPolicy($"{key}:AuthorizationPolicy", route.AuthorizationPolicy, "Authorization", _options.Authorization.Keys, "Default", "Anonymous");
        CheckPolicy($"{key}:CorsPolicy", route.CorsPolicy, "Cors", _options.Cors.Keys, "Default", "Disable");
        CheckPolicy($"{key}:RateLimiterPolicy", route.RateLimiterPolicy, "RateLimits", _options.RateLimits.Keys, "Default", "Disable");
    }

    private void CheckPolicy(string key, string? name, string place, ICollection<string> there, params string[] reserved) =>
        Require(name is null || there.Contains(name, StringComparer.OrdinalIgnoreCase) || reserved.Contains(name, StringComparer.OrdinalIgnoreCase),
            key, $"is '{name}', which {GatewayOptions.Section}:{place} does not have. It has: {Names(there)}.");

    private void CheckTimeout(RouteConfig route, string key)
    {
        if (route.Metadata?.GetValueOrDefault(RouteConfigExtensions.ResponseTimeout) is { } text)
        {
            var longest = _clusters[route.ClusterId!].HttpRequest?.ActivityTimeout ?? ClusterDefaults.ActivityTimeout;
            Require(TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) && timeout > TimeSpan.Zero && timeout <= longest,
                $"{key}:Metadata:{RouteConfigExtensions.ResponseTimeout}", $"must be a time above zero and not longer than the cluster's ActivityTimeout, {longest}, e.g. 00:00:30.");
        }
    }

    private void CheckClusters()
    {
        foreach (var (id, cluster) in _clusters)
        {
            var key = $"Clusters:{id}";
            Require(_routes.Any(route => string.Equals(route.ClusterId, id, StringComparison.OrdinalIgnoreCase)), key, "is the cluster of no route. Correct the name, or remove it.");
            Require(cluster.LoadBalancingPolicy is null || BalancingPolicies.Contains(cluster.LoadBalancingPolicy, StringComparer.OrdinalIgnoreCase),
                $"{key}:LoadBalancingPolicy", $"is '{cluster.LoadBalancingPolicy}'. It must be one of {string.Join(", ", BalancingPolicies)}.");
            Require(cluster.Destinations is { Count: > 0 }, $"{key}:Destinations", $"is empty. Give a name to look up, e.g. {{ \"{id}\": {{ \"Address\": \"http://{id}\" }} }}.");
            foreach (var (name, destination) in cluster.Destinations!)
            {
                // A password is not said again.
                Require(!destination.Address.Contains('@', StringComparison.Ordinal), $"{key}:Destinations:{name}:Address", $"must not hold a user. Write it like http://{id} or http://127.0.0.1:5000.");
                Require(Uri.TryCreate(destination.Address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0 && uri.Fragment.Length == 0,
                    $"{key}:Destinations:{name}:Address", $"is '{destination.Address}'. Write it like http://{id} or http://127.0.0.1:5000.");
            }
        }
    }

    // Of routes with the same order, which the gateway's own do not have, the more exact one goes first.
    private static bool Takes(RouteConfig route, string own)
    {
        var pattern = Parse(route.Match.Path ?? Everything);
        return pattern is not null && new TemplateMatcher(new RouteTemplate(pattern), []).TryMatch(own, []) && (pattern.Parameters.Count == 0 || (route.Order < 0 && TakesAny(route, pattern)));
    }

    // Whether nothing but its path says which requests are the route's.
    private static bool TakesAny(RouteConfig route, RoutePattern pattern) =>
        route.Match is { Hosts: null or { Count: 0 }, Methods: null or { Count: 0 }, Headers: null or { Count: 0 }, QueryParameters: null or { Count: 0 } } && pattern.ParameterPolicies.Count == 0;

    // What a path takes does not depend on how its parameters are called, nor on a slash at its end.
    private static string? Shape(string? path)
        => Parse(path) is not { } pattern ? path : string.Join('/', pattern.PathSegments.Select(static segment => string.Concat(segment.Parts.Select(static part => part switch
        {
            RoutePatternParameterPart parameter => $"{{{(parameter.IsCatchAll ? "*" : string.Empty)}{(parameter.IsOptional || parameter.Default is not null ? "?" : string.Empty)}:{string.Join(':', parameter.ParameterPolicies.Select(static p => p.Content))}}}",
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => part.ToString(),
        }))));

    // What is no pattern is for YARP's own check to say.
    private static RoutePattern? Parse(string? path)
    {
        try
        {
            return path is null ? null : RoutePatternFactory.Parse(path);
        }
        catch (RoutePatternException)
        {
            return null;
        }
    }

    // Two routes that take the same requests: ASP.NET Core would find out with the first of them.
    private static string Requests(RouteConfig route) => string.Join(
        '\n',
        (route.Order ?? 0).ToString(CultureInfo.InvariantCulture),
        Shape(route.Match.Path ?? Everything),
        string.Join(',', route.Match.Hosts ?? []),
        string.Join(',', route.Match.Methods ?? []),
        string.Join(',', (route.Match.Headers ?? []).Select(static header => $"{header.Name} {header.Mode} {string.Join('|', header.Values ?? [])}")),
        string.Join(',', (route.Match.QueryParameters ?? []).Select(static query => $"{query.Name} {query.Mode} {string.Join('|', query.Values ?? [])}")));

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";

    private static void Complain(IConfiguration configuration, string key, IList<Exception> errors)
    {
        if (errors.Count > 0)
        {
            throw Wrong(configuration, key, $"is not what YARP takes: {errors[0].Message}", errors[0]);
        }
    }

    private void Require(bool holds, string key, string problem)
    {
        if (!holds)
        {
            throw Wrong(_configuration, $"{Section}:{key}", problem);
        }
    }

    private static GatewayConfigurationException Wrong(IConfiguration configuration, string key, string problem, Exception? inner = null) =>
        new($"{SettingPlace.Of(configuration, key)}: {key} {problem}", inner);

    /// <summary>What the section may hold.</summary>
    private sealed record SectionShape(IReadOnlyDictionary<string, RouteConfig> Routes, IReadOnlyDictionary<string, ClusterConfig> Clusters);
}
