using System.Net;
using System.Text;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace XoeNovAi.Gateway.Routing;

/// <summary>What holds for every cluster that says nothing else.</summary>
internal sealed class ClusterDefaults : IProxyConfigFilter
{
    /// <summary>By whose judgement an instance is taken out.</summary>
    public const string HealthPolicy = "Answers";

    /// <summary>How long a stream or a socket may be silent before it is closed.</summary>
    public static readonly TimeSpan ActivityTimeout = TimeSpan.FromMinutes(10);

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => ValueTask.FromResult(route);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        var health = cluster.HealthCheck ?? new();
        var client = cluster.HttpClient ?? HttpClientConfig.Empty;
        var request = cluster.HttpRequest ?? ForwarderRequestConfig.Empty;
        return ValueTask.FromResult(cluster with
        {
            HealthCheck = health with
            {
                // When every instance was found sick a moment ago, trying is still better than refusing.
                AvailableDestinationsPolicy = health.AvailableDestinationsPolicy ?? HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Passive = health.Passive ?? new() { Enabled = true, Policy = HealthPolicy },
            },
            HttpClient = client with
            {
                // Each byte of a header is one character, and becomes the same byte again.
                RequestHeaderEncoding = client.RequestHeaderEncoding ?? Encoding.Latin1.WebName,
                ResponseHeaderEncoding = client.ResponseHeaderEncoding ?? Encoding.Latin1.WebName,
            },
            HttpRequest = request with
            {
                ActivityTimeout = request.ActivityTimeout ?? ActivityTimeout,
                Version = request.Version ?? HttpVersion.Version11,
                VersionPolicy = request.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
            },
        });
    }
}
