using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using XoeNovAi.Gateway.Authentication;
using Yarp.ReverseProxy.LoadBalancing;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>Reads the gateway's configuration and says exactly which entry is wrong, where it is, and what cures it.</summary>
internal sealed class GatewayOptionsReader
{
    private static readonly string[] Policies =
    [
        LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.LeastRequests, LoadBalancingPolicies.PowerOfTwoChoices,
        LoadBalancingPolicies.Random, LoadBalancingPolicies.FirstAlphabetical,
    ];

    private const long LargestBody = 1L << 40;

    private static readonly string[] OwnPaths = ["/health", "/metrics"];

    private readonly IConfiguration _configuration;
    private readonly GatewayOptions _options;

    private GatewayOptionsReader(IConfiguration configuration)
    {
        _configuration = configuration;
        _options = Bind();
    }

    /// <exception cref="GatewayConfigurationException">A setting is wrong.</exception>
    public static GatewayOptions Read(IConfiguration configuration)
    {
        var reader = new GatewayOptionsReader(configuration);
        reader.CheckLimits();
        reader.CheckRoutes();
        reader.CheckServices();
        reader.CheckResilience();
        reader.CheckClients();
        reader.CheckAuthentication();
        reader.CheckTls();
        return reader._options;
    }

    private GatewayOptions Bind()
    {
        var section = _configuration.GetSection(GatewayOptions.Section);
        if (SettingsShape.FirstMisfit(section, typeof(GatewayOptions)) is { } misfit)
        {
            throw Wrong(misfit.Key, misfit.Problem);
        }

        return section.Get<GatewayOptions>() ?? new();
    }

    private void CheckLimits()
    {
        Require(_options.ResponseTimeout > TimeSpan.Zero, "ResponseTimeout", "must be a time above zero, e.g. 00:00:30.");
        Require(_options.IdleTimeout >= _options.ResponseTimeout, "IdleTimeout", "must not be shorter than ResponseTimeout, e.g. 00:10:00.");
        Require(_options.ConnectTimeout > TimeSpan.Zero, "ConnectTimeout", "must be a time above zero, e.g. 00:00:02.");
        Require(_options.MaximumBodyBytes is > 0 and <= LargestBody, "MaximumBodyBytes", $"must be a number from 1 to {LargestBody}, e.g. 104857600.");
        Require(_options.HeadersTimeout > TimeSpan.Zero, "HeadersTimeout", "must be a time above zero, e.g. 00:00:10.");
        Require(_options.MinimumBodyBytesPerSecond > 0, "MinimumBodyBytesPerSecond", "must be a number above zero, e.g. 240.");
        foreach (var (name, limit) in _options.RateLimits)
        {
            Require(limit.Requests > 0, $"RateLimits:{name}:Requests", "must be a number above zero, e.g. 100.");
            Require(limit.Window > TimeSpan.Zero, $"RateLimits:{name}:Window", "must be a time above zero, e.g. 00:00:01.");
        }
    }

    private void CheckRoutes()
    {
        Require(_options.Routes.Count > 0, "Routes", "is empty. Give at least one route.");
        var paths = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < _options.Routes.Count; i++)
        {
            var route = _options.Routes[i];
            var key = $"Routes:{i}";
            Require(route.Service.Length > 0, $"{key}:Service", "is missing. Name the service that answers.");
            Require(route.Service.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'),
                $"{key}:Service", $"is '{route.Service}'. A name of letters, digits, '-', '_' and '.' is needed, as Consul has it.");
            Require(route.Paths.Length > 0, $"{key}:Paths", "is empty. Give at least one path, e.g. /chat/*.");
            Require(route.StripPrefix is null || (route.StripPrefix.Length > 1 && route.StripPrefix.StartsWith('/') && !route.StripPrefix.EndsWith('/')),
                $"{key}:StripPrefix", $"is '{route.StripPrefix}'. Write it like /chat.");
            for (var j = 0; j < route.Paths.Length; j++)
            {
                CheckPath(route, route.Paths[j], $"{key}:Paths:{j}");
                Require(paths.TryAdd(route.Paths[j], i), $"{key}:Paths:{j}", $"is '{route.Paths[j]}', which route {paths[route.Paths[j]]} has already taken. Remove one of them.");
                CheckReached(route.Paths[j], paths, $"{key}:Paths:{j}");
            }

            CheckPolicies(route, key);
        }
    }

    private void CheckReached(string path, Dictionary<string, int> paths, string key)
    {
        Require(!OwnPaths.Contains(path, StringComparer.OrdinalIgnoreCase), key, $"is '{path}', which the gateway answers itself. Remove it.");
        foreach (var (earlier, route) in paths)
        {
            Require(earlier.Equals(path, StringComparison.OrdinalIgnoreCase) || !earlier.EndsWith("/*", StringComparison.Ordinal) || !$"{path}/".StartsWith(earlier[..^1], StringComparison.OrdinalIgnoreCase),
                key, $"is '{path}', which is never reached: '{earlier}' of route {route} takes it first. Change their order.");
        }
    }

    private void CheckPath(GatewayRoute route, string path, string key)
    {
        Require(path.StartsWith('/') && path.IndexOfAny(['{', '}', '?', '#', '%']) < 0 && !path.TrimEnd('*').Contains('*', StringComparison.Ordinal) && !path.Contains("//", StringComparison.Ordinal)
            && (!path.EndsWith('*') || path.EndsWith("/*", StringComparison.Ordinal)), key, $"is '{path}'. Write it like /manifest.json or /chat/*.");
        Require(route.StripPrefix is null || path.StartsWith(route.StripPrefix + "/", StringComparison.OrdinalIgnoreCase),
            key, $"is '{path}', which does not begin with the route's StripPrefix '{route.StripPrefix}'. Correct one of the two.");
    }

    private void CheckPolicies(GatewayRoute route, string key)
    {
        Require(route.ResponseTimeout is not { } timeout || (timeout > TimeSpan.Zero && timeout <= _options.IdleTimeout),
            $"{key}:ResponseTimeout", "must be a time above zero and not longer than IdleTimeout, e.g. 00:00:30.");
        Require(route.RateLimit is null || _options.RateLimits.ContainsKey(route.RateLimit),
            $"{key}:RateLimit", $"is '{route.RateLimit}', which RateLimits does not have. It has: {(_options.RateLimits.Count == 0 ? "none" : string.Join(", ", _options.RateLimits.Keys))}.");
        Require(Enum.IsDefined(route.Access), $"{key}:Access", $"must be one of {string.Join(", ", Enum.GetNames<Access>())}.");
        Require(route.Access is not Access.ApiKey || _options.Authentication.ApiKeys.Count > 0,
            $"{key}:Access", "asks for an API key, but Authentication:ApiKeys is empty: nobody could pass. Give a key, or leave the route open.");
        Require(route.Access is not Access.Jwt || _options.Authentication.Jwt.Keys.Count > 0,
            $"{key}:Access", "asks for a token, but Authentication:Jwt:Keys is empty: nobody could pass. Give the issuer's key, or leave the route open.");
        Require(route.Access is not Access.Any || _options.Authentication.ApiKeys.Count + _options.Authentication.Jwt.Keys.Count > 0,
            $"{key}:Access", "asks for a key or a token, but Authentication has neither: nobody could pass. Give one, or leave the route open.");
        Require(route.Scope is null || route.Access is Access.Jwt or Access.Any, $"{key}:Scope", "is what a token must allow. Set Access to Jwt or Any as well.");
    }

    private void CheckServices()
    {
        foreach (var (name, service) in _options.Services)
        {
            var key = $"Services:{name}";
            Require(_options.Routes.Any(route => string.Equals(route.Service, name, StringComparison.OrdinalIgnoreCase)),
                key, "is the service of no route. Correct the name, or remove it.");
            Require(Policies.Contains(service.LoadBalancing, StringComparer.OrdinalIgnoreCase),
                $"{key}:LoadBalancing", $"is '{service.LoadBalancing}'. It must be one of {string.Join(", ", Policies)}.");
            Require(service.HealthPath is null || service.HealthPath.StartsWith('/'), $"{key}:HealthPath", $"is '{service.HealthPath}'. Write it like /health.");
            Require(service.AffinityCookie is null || (service.AffinityCookie.Length > 0 && service.AffinityCookie.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')),
                $"{key}:AffinityCookie", $"is '{service.AffinityCookie}'. A name of letters, digits, '-' and '_' is needed.");
            for (var i = 0; i < service.Destinations.Length; i++)
            {
                // A password is not said again.
                Require(!service.Destinations[i].Contains('@', StringComparison.Ordinal), $"{key}:Destinations:{i}", "must not hold a user. Write it like http://127.0.0.1:5000.");
                Require(Uri.TryCreate(service.Destinations[i], UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/" && uri.Fragment.Length == 0,
                    $"{key}:Destinations:{i}", $"is '{service.Destinations[i]}'. Write it like http://127.0.0.1:5000.");
            }
        }
    }

    private void CheckResilience()
    {
        var (retries, breaker, health) = (_options.Retries, _options.Breaker, _options.Health);
        Require(retries.Attempts is >= 1 and <= 10, "Retries:Attempts", "must be a number from 1 (no retry) to 10.");
        Require(retries.Budget is >= 0 and <= 1, "Retries:Budget", "must be a share from 0 to 1, e.g. 0.1.");
        Require(retries.Window >= TimeSpan.FromSeconds(1), "Retries:Window", "must be at least a second, e.g. 00:00:10.");
        Require(retries.Minimum >= 0, "Retries:Minimum", "must not be negative.");
        Require(retries.MaximumBodyBytes is >= 0 and <= 1024 * 1024, "Retries:MaximumBodyBytes", "must be at most 1048576, as it is held in memory, e.g. 65536.");
        Require(breaker.FailureRatio is > 0 and <= 1, "Breaker:FailureRatio", "must be a share above 0 and up to 1, e.g. 0.5.");
        Require(breaker.MinimumRequests >= 2, "Breaker:MinimumRequests", "must be at least 2, e.g. 10.");
        Require(breaker.Window >= TimeSpan.FromSeconds(0.5), "Breaker:Window", "must be at least half a second, e.g. 00:00:10.");
        Require(breaker.Break >= TimeSpan.FromSeconds(0.5), "Breaker:Break", "must be at least half a second, e.g. 00:00:05.");
        Require(health.FailureRatio is > 0 and <= 1, "Health:FailureRatio", "must be a share above 0 and up to 1, e.g. 0.5.");
        Require(health.MinimumRequests >= 1, "Health:MinimumRequests", "must be at least 1, e.g. 5.");
        Require(health.Window >= TimeSpan.FromSeconds(1), "Health:Window", "must be at least a second, e.g. 00:00:10.");
        Require(health.Reactivation > TimeSpan.Zero, "Health:Reactivation", "must be a time above zero, e.g. 00:00:05.");
        Require(health.Interval > TimeSpan.Zero, "Health:Interval", "must be a time above zero, e.g. 00:00:05.");
        Require(health.Timeout > TimeSpan.Zero, "Health:Timeout", "must be a time above zero, e.g. 00:00:02.");
    }

    private void CheckClients()
    {
        var cors = _options.Cors;
        for (var i = 0; i < cors.Origins.Length; i++)
        {
            var origin = cors.Origins[i];
            Require(origin == "*" || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == origin),
                $"Cors:Origins:{i}", $"is '{origin}'. Write it like https://ui.example, without a slash at the end, or * alone.");
            Require(origin != "*" || cors.Origins.Length == 1, $"Cors:Origins:{i}", "is *, which allows all: remove the others, or it.");
            Require(origin != "*" || !cors.Credentials, $"Cors:Origins:{i}", "is *, which must not go with Credentials: list the origins that may send them.");
        }

        CheckNames(cors.Methods, "Cors:Methods", "GET");
        CheckNames(cors.Headers, "Cors:Headers", "Content-Type");
        CheckNames(cors.ExposedHeaders, "Cors:ExposedHeaders", "Retry-After");
        Require(cors.MaximumAge >= TimeSpan.Zero, "Cors:MaximumAge", "must not be negative, e.g. 00:10:00.");
        Require(_options.Maintenance.Key.Length > 0 && !_options.Maintenance.Key.StartsWith('/'), "Maintenance:Key", $"is '{_options.Maintenance.Key}'. Write it like xnai/gateway/maintenance.");
        Require(_options.Maintenance.RetryAfter >= TimeSpan.FromSeconds(1), "Maintenance:RetryAfter", "must be at least a second, e.g. 00:00:30.");
        for (var i = 0; i < _options.Clients.TrustedProxies.Length; i++)
        {
            var proxy = _options.Clients.TrustedProxies[i];
            Require(IPAddress.TryParse(proxy, out _) || IPNetwork.TryParse(proxy, out _), $"Clients:TrustedProxies:{i}", $"is '{proxy}'. Write an address, or a subnet like 10.89.0.0/24.");
        }
    }

    private void CheckNames(string[]? names, string key, string example)
    {
        for (var i = 0; i < names?.Length; i++)
        {
            Require(names[i].Length > 0 && names[i].All(static character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal)),
                string.Create(CultureInfo.InvariantCulture, $"{key}:{i}"), $"is '{names[i]}'. Write it like {example}.");
        }
    }

    private void CheckAuthentication()
    {
        var holders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, key) in _options.Authentication.ApiKeys)
        {
            // What is wrong with a key is said without the key.
            Require(ApiKeyDigests.TryDigest(key, out var digest), $"Authentication:ApiKeys:{name}", $"must be a key of at least {ApiKeyDigests.MinimumLength} characters, or sha256: and 64 hexadecimal digits.");
            Require(holders.TryAdd(digest, name), $"Authentication:ApiKeys:{name}", $"is the key of {holders[digest]} too. Give each holder a key of their own.");
        }

        var jwt = _options.Authentication.Jwt;
        Require(jwt.Keys.Count == 0 || !string.IsNullOrEmpty(jwt.Issuer), "Authentication:Jwt:Issuer", "is missing. Name the issuer whose tokens are believed.");
        Require(jwt.Keys.Count == 0 || !string.IsNullOrEmpty(jwt.Audience), "Authentication:Jwt:Audience", "is missing. Name the audience tokens must be made for.");
        Require(jwt.ClockSkew >= TimeSpan.Zero, "Authentication:Jwt:ClockSkew", "must not be negative, e.g. 00:00:30.");
        foreach (var (id, pem) in jwt.Keys)
        {
            try
            {
                _ = IssuerKeys.Read(id, pem);
            }
            catch (Exception exception) when (exception is ArgumentException or CryptographicException)
            {
                throw Wrong($"{GatewayOptions.Section}:Authentication:Jwt:Keys:{id}", "must be a public key as PEM: ECDSA P-256, or RSA of at least 2048 bits.", exception);
            }
        }
    }

    private void CheckTls()
    {
        var tls = _options.Tls;
        Require(tls.CertificateFile is null == tls.KeyFile is null, tls.CertificateFile is null ? "Tls:CertificateFile" : "Tls:KeyFile", "is missing. Certificate and key go together.");
        Require(tls.CertificateFile is null || File.Exists(tls.CertificateFile), "Tls:CertificateFile", $"is '{tls.CertificateFile}', which is no file. Name the PEM file of the certificate.");
        Require(tls.KeyFile is null || File.Exists(tls.KeyFile), "Tls:KeyFile", $"is '{tls.KeyFile}', which is no file. Name the PEM file of the key.");
    }

    private void Require(bool holds, string key, string problem)
    {
        if (!holds)
        {
            throw Wrong($"{GatewayOptions.Section}:{key}", problem);
        }
    }

    private GatewayConfigurationException Wrong(string key, string problem, Exception? inner = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{SettingPlace.Of(_configuration, key)}: {key} {problem}"), inner);
}
