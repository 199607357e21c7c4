using XoeNovAi.Gateway.Authentication;
using XoeNovAi.Gateway.Breakers;
using XoeNovAi.Gateway.Clients;
using XoeNovAi.Gateway.Cors;
using XoeNovAi.Gateway.Health;
using XoeNovAi.Gateway.Maintenance;
using XoeNovAi.Gateway.RateLimits;
using XoeNovAi.Gateway.Retries;
using XoeNovAi.Gateway.Tls;

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
    public IDictionary<string, CorsOptions> Cors { get; } = new Dictionary<string, CorsOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What routes name as <c>AuthorizationPolicy</c>.</summary>
    public IDictionary<string, AccessOptions> Authorization { get; } = new Dictionary<string, AccessOptions>(StringComparer.OrdinalIgnoreCase);

    public ClientOptions Clients { get; set; } = new();

    public AuthenticationOptions Authentication { get; set; } = new();

    public MaintenanceOptions Maintenance { get; set; } = new();

    public TlsOptions Tls { get; set; } = new();
}
