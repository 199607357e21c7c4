namespace XoeNovAi.Gateway.Configuration;

/// <summary>The section <c>Gateway</c> of the configuration: what YARP's own, <c>ReverseProxy</c>, has no place for.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>How long a service may take to begin its answer before the caller gets 504.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    public long MaximumBodyBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>How long a caller may take to send the head of a request.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A caller that sends the body of a request more slowly, after the first five seconds, is answered 408.</summary>
    public int MinimumBodyBytesPerSecond { get; set; } = 240;

    public RetryOptions Retries { get; set; } = new();

    public BreakerOptions Breaker { get; set; } = new();

    public HealthOptions Health { get; set; } = new();

    /// <summary>What routes name as <c>RateLimiterPolicy</c>.</summary>
    public IDictionary<string, RateLimitOptions> RateLimits { get; } = new Dictionary<string, RateLimitOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What routes name as <c>CorsPolicy</c>; the one called <c>Default</c> is that of routes which name none.</summary>
    public IDictionary<string, CorsPolicyOptions> Cors { get; } = new Dictionary<string, CorsPolicyOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What routes name as <c>AuthorizationPolicy</c>.</summary>
    public IDictionary<string, AccessOptions> Authorization { get; } = new Dictionary<string, AccessOptions>(StringComparer.OrdinalIgnoreCase);

    public ClientOptions Clients { get; set; } = new();

    public AuthenticationOptions Authentication { get; set; } = new();

    public MaintenanceOptions Maintenance { get; set; } = new();

    public TlsOptions Tls { get; set; } = new();
}

/// <summary>When a request is sent to another instance.</summary>
internal sealed class RetryOptions
{
    /// <summary>How many instances a request is sent to at most.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>The share of a service's requests in a window that may be sent again.</summary>
    public double Budget { get; set; } = 0.1;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many may be sent again in a window whatever their share. A tenth of fewer than ten requests is none: with one, a quiet service
    /// has a retry too; with 0 the share holds for it as well, and it has none.
    /// </summary>
    public int Minimum { get; set; } = 1;

    /// <summary>The largest body that is kept to be sent again.</summary>
    public int MaximumBodyBytes { get; set; } = 64 * 1024;
}

/// <summary>When an instance that does not answer is no longer asked.</summary>
internal sealed record BreakerOptions
{
    /// <summary>The share of unanswered requests in a window that opens the breaker.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Fewer requests in a window than these do not open it.</summary>
    public int MinimumRequests { get; set; } = 10;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it stays open before one request may try.</summary>
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>When an instance is taken out, judged by its answers to requests.</summary>
internal sealed class HealthOptions
{
    /// <summary>The share of answers 500, 502, 503 and 504, or none at all, in a window that takes an instance out.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Fewer requests in a window than these take none out.</summary>
    public int MinimumRequests { get; set; } = 5;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>When an instance that was taken out for its answers is tried again.</summary>
    public TimeSpan Reactivation { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>How many requests one client may send.</summary>
internal sealed class RateLimitOptions
{
    public int Requests { get; set; }

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>A policy: which pages of other origins may read answers. None unless listed.</summary>
internal sealed class CorsPolicyOptions
{
    public static readonly string[] DefaultMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    public static readonly string[] DefaultHeaders = ["Authorization", "Content-Type", "Idempotency-Key", "X-API-Key", "X-Request-ID"];

    public static readonly string[] DefaultExposedHeaders = ["Retry-After", "X-Request-ID"];

    /// <summary>Origins such as <c>https://ui.example</c>, or <c>*</c> alone for all.</summary>
    public string[] Origins { get; set; } = [];

    /// <summary>The methods that may be used; null: <see cref="DefaultMethods"/>. The binder adds to an array that is there, and a list could then only grow.</summary>
    public string[]? Methods { get; set; }

    /// <summary>The headers that may be sent; null: <see cref="DefaultHeaders"/>.</summary>
    public string[]? Headers { get; set; }

    /// <summary>The headers of answers that may be read; null: <see cref="DefaultExposedHeaders"/>.</summary>
    public string[]? ExposedHeaders { get; set; }

    /// <summary>Whether cookies and credentials may be sent. Not together with <c>*</c>.</summary>
    public bool Credentials { get; set; }

    /// <summary>How long a browser may remember the answer to a preflight.</summary>
    public TimeSpan MaximumAge { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>What a caller must show to pass a route that names this policy.</summary>
internal sealed class AccessOptions
{
    /// <summary>The scheme of API keys.</summary>
    public const string ApiKey = nameof(ApiKey);

    /// <summary><c>ApiKey</c>, <c>Bearer</c>, or both: one of them is enough.</summary>
    public string[] Schemes { get; set; } = [];

    /// <summary>What a token must allow, beside being valid.</summary>
    public string? Scope { get; set; }
}

/// <summary>Whom the gateway knows.</summary>
internal sealed class AuthenticationOptions
{
    private ApiKeyDigests? _digests;

    /// <summary>API keys by the name of their holder: the key itself, from a secret file, or <c>sha256:</c> and its digest in hexadecimal.</summary>
    public IDictionary<string, string> ApiKeys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public JwtOptions Jwt { get; set; } = new();

    /// <summary>Makes the search for a key; once the options are read.</summary>
    public ApiKeyDigests Digests() => _digests ??= new ApiKeyDigests(this);
}

/// <summary>Whose tokens are believed. No key: nobody's.</summary>
internal sealed class JwtOptions
{
    public string? Issuer { get; set; }

    public string? Audience { get; set; }

    /// <summary>The issuer's public keys as PEM (ECDSA or RSA), by key id.</summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How far clocks may be apart.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Who callers are.</summary>
internal sealed class ClientOptions
{
    /// <summary>Addresses and subnets of proxies whose <c>X-Forwarded-*</c> are believed; nobody's by default.</summary>
    public string[] TrustedProxies { get; set; } = [];
}

/// <summary>How the whole gateway is closed.</summary>
internal sealed class MaintenanceOptions
{
    /// <summary>The key of Consul that switches maintenance on.</summary>
    public string Key { get; set; } = "xnai/gateway/maintenance";

    /// <summary>What callers are told of when to come back.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>The certificate of <c>https</c> addresses the gateway listens on.</summary>
internal sealed class TlsOptions
{
    /// <summary>A PEM file with the certificate, and those between it and its authority.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A PEM file with the certificate's key.</summary>
    public string? KeyFile { get; set; }
}
