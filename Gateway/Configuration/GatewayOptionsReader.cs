using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>Reads the gateway's configuration and says exactly which entry is wrong, where it is, and what cures it.</summary>
internal sealed class GatewayOptionsReader
{
    private const long LargestBody = 1L << 40;

    // What YARP and ASP.NET Core mean something by.
    private static readonly string[] Reserved = ["Default", "Anonymous", "Disable"];

    private static readonly string[] Schemes = [AccessOptions.ApiKey, JwtBearerDefaults.AuthenticationScheme];

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
        reader.CheckResilience();
        reader.CheckCors();
        reader.CheckClients();
        reader.CheckAuthentication();
        reader.CheckAuthorization();
        reader.CheckTls();
        return reader._options;
    }

    /// <summary>Refuses what can only be had by a new start.</summary>
    /// <param name="configuration">What the settings were read from.</param>
    /// <param name="options">The settings.</param>
    /// <param name="first">Those of the start.</param>
    /// <exception cref="GatewayConfigurationException">There is a policy that the start did not have.</exception>
    public static void CheckNames(IConfiguration configuration, GatewayOptions options, GatewayOptions first)
    {
        var added = options.RateLimits.Keys.Except(first.RateLimits.Keys, StringComparer.OrdinalIgnoreCase).Select(static name => $"RateLimits:{name}")
            .Concat(options.Authorization.Keys.Except(first.Authorization.Keys, StringComparer.OrdinalIgnoreCase).Select(static name => $"Authorization:{name}"));
        if (added.FirstOrDefault() is { } key)
        {
            throw Wrong(configuration, $"{GatewayOptions.Section}:{key}", "is a new policy, and policies are made at the start. Restart the gateway, or change one it has.");
        }
    }

    private GatewayOptions Bind()
    {
        var section = _configuration.GetSection(GatewayOptions.Section);
        if (SettingsShape.FirstMisfit(section, typeof(GatewayOptions)) is { } misfit)
        {
            throw Wrong(_configuration, misfit.Key, misfit.Problem);
        }

        return section.Get<GatewayOptions>() ?? new();
    }

    private void CheckLimits()
    {
        Require(_options.ResponseTimeout > TimeSpan.Zero, "ResponseTimeout", "must be a time above zero, e.g. 00:00:30.");
        Require(_options.ConnectTimeout > TimeSpan.Zero, "ConnectTimeout", "must be a time above zero, e.g. 00:00:02.");
        Require(_options.MaximumBodyBytes is > 0 and <= LargestBody, "MaximumBodyBytes", $"must be a number from 1 to {LargestBody}, e.g. 104857600.");
        Require(_options.HeadersTimeout > TimeSpan.Zero, "HeadersTimeout", "must be a time above zero, e.g. 00:00:10.");
        Require(_options.MinimumBodyBytesPerSecond > 0, "MinimumBodyBytesPerSecond", "must be a number above zero, e.g. 240.");
        foreach (var (name, limit) in _options.RateLimits)
        {
            CheckPolicyName("RateLimits", name);
            Require(limit.Requests > 0, $"RateLimits:{name}:Requests", "must be a number above zero, e.g. 100.");
            Require(limit.Window > TimeSpan.Zero, $"RateLimits:{name}:Window", "must be a time above zero, e.g. 00:00:01.");
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
    }

    private void CheckClients()
    {
        Require(_options.Maintenance.Key.Length > 0 && !_options.Maintenance.Key.StartsWith('/'), "Maintenance:Key", $"is '{_options.Maintenance.Key}'. Write it like xnai/gateway/maintenance.");
        Require(_options.Maintenance.RetryAfter >= TimeSpan.FromSeconds(1), "Maintenance:RetryAfter", "must be at least a second, e.g. 00:00:30.");
        for (var i = 0; i < _options.Clients.TrustedProxies.Length; i++)
        {
            var proxy = _options.Clients.TrustedProxies[i];
            Require(IPAddress.TryParse(proxy, out _) || IPNetwork.TryParse(proxy, out _), $"Clients:TrustedProxies:{i}", $"is '{proxy}'. Write an address, or a subnet like 10.89.0.0/24.");
        }
    }

    private void CheckCors()
    {
        foreach (var (name, cors) in _options.Cors)
        {
            var key = $"Cors:{name}";
            for (var i = 0; i < cors.Origins.Length; i++)
            {
                var origin = cors.Origins[i];
                Require(origin == "*" || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == origin),
                    $"{key}:Origins:{i}", $"is '{origin}'. Write it like https://ui.example, without a slash at the end, or * alone.");
                Require(origin != "*" || cors.Origins.Length == 1, $"{key}:Origins:{i}", "is *, which allows all: remove the others, or it.");
                Require(origin != "*" || !cors.Credentials, $"{key}:Origins:{i}", "is *, which must not go with Credentials: list the origins that may send them.");
            }

            CheckHeaderNames(cors.Methods, $"{key}:Methods", "GET");
            CheckHeaderNames(cors.Headers, $"{key}:Headers", "Content-Type");
            CheckHeaderNames(cors.ExposedHeaders, $"{key}:ExposedHeaders", "Retry-After");
            Require(cors.MaximumAge >= TimeSpan.Zero, $"{key}:MaximumAge", "must not be negative, e.g. 00:10:00.");
        }
    }

    private void CheckAuthorization()
    {
        var authentication = _options.Authentication;
        foreach (var (name, access) in _options.Authorization)
        {
            var key = $"Authorization:{name}";
            CheckPolicyName("Authorization", name);
            Require(access.Schemes.Length > 0, $"{key}:Schemes", $"is empty. Give at least one of {string.Join(", ", Schemes)}.");
            for (var i = 0; i < access.Schemes.Length; i++)
            {
                Require(Schemes.Contains(access.Schemes[i], StringComparer.OrdinalIgnoreCase), $"{key}:Schemes:{i}", $"is '{access.Schemes[i]}'. It must be one of {string.Join(", ", Schemes)}.");
            }

            var takesKeys = access.Schemes.Contains(AccessOptions.ApiKey, StringComparer.OrdinalIgnoreCase);
            var takesTokens = access.Schemes.Contains(JwtBearerDefaults.AuthenticationScheme, StringComparer.OrdinalIgnoreCase);
            Require((takesKeys && authentication.ApiKeys.Count > 0) || (takesTokens && authentication.Jwt.Keys.Count > 0),
                $"{key}:Schemes", "asks for what nobody has: Authentication has no such key, so nobody could pass. Give one, or leave the routes open.");
            Require(access.Scope is null || takesTokens, $"{key}:Scope", $"is what a token must allow. Name {JwtBearerDefaults.AuthenticationScheme} in Schemes as well.");
        }
    }

    private void CheckPolicyName(string place, string name) =>
        Require(!Reserved.Contains(name, StringComparer.OrdinalIgnoreCase), $"{place}:{name}", $"has a name that routes mean something else by. Take another than {string.Join(", ", Reserved)}.");

    private void CheckHeaderNames(string[]? names, string key, string example)
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
                throw Wrong(_configuration, $"{GatewayOptions.Section}:Authentication:Jwt:Keys:{id}", "must be a public key as PEM: ECDSA P-256, or RSA of at least 2048 bits.", exception);
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
            throw Wrong(_configuration, $"{GatewayOptions.Section}:{key}", problem);
        }
    }

    private static GatewayConfigurationException Wrong(IConfiguration configuration, string key, string problem, Exception? inner = null) =>
        new($"{SettingPlace.Of(configuration, key)}: {key} {problem}", inner);
}
