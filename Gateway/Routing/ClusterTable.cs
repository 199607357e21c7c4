using System.Globalization;
using System.Net;
using System.Text;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Health;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace XoeNovAi.Gateway.Routing;

/// <summary>The services of the configuration in YARP's terms.</summary>
internal static class ClusterTable
{
    // Two in a row: one lost check is no illness.
    private const int FailedChecks = 2;

    public static ClusterConfig Build(string service, GatewayOptions options, IReadOnlyDictionary<string, DestinationConfig> destinations)
    {
        var settings = options.Services.TryGetValue(service, out var found) ? found : new GatewayService();
        return new ClusterConfig
        {
            ClusterId = service,
            LoadBalancingPolicy = settings.LoadBalancing,
            SessionAffinity = settings.AffinityCookie is null ? null : new SessionAffinityConfig
            {
                Enabled = true,
                Policy = "HashCookie",
                FailurePolicy = "Redistribute",
                AffinityKeyName = settings.AffinityCookie,
                Cookie = new SessionAffinityCookieConfig { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" },
            },
            HealthCheck = new HealthCheckConfig
            {
                // When every instance was found sick a moment ago, trying is still better than refusing.
                AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = AnswerHealthPolicy.PolicyName },
                Active = settings.HealthPath is null ? null : new ActiveHealthCheckConfig
                {
                    Enabled = true,
                    Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                    Path = settings.HealthPath,
                    Interval = options.Health.Interval,
                    Timeout = options.Health.Timeout,
                },
            },
            Metadata = new Dictionary<string, string>
            {
                [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = FailedChecks.ToString(CultureInfo.InvariantCulture),
            },
            // Each byte of a header is one character, and becomes the same byte again.
            HttpClient = new HttpClientConfig { RequestHeaderEncoding = Encoding.Latin1.WebName, ResponseHeaderEncoding = Encoding.Latin1.WebName },
            HttpRequest = new ForwarderRequestConfig
            {
                ActivityTimeout = options.IdleTimeout,
                Version = settings.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = settings.Http2 ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
            },
            Destinations = destinations,
        };
    }
}
