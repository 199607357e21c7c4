namespace XoeNovAi.Gateway.Configuration;

internal sealed class GatewayService
{
    /// <summary>RoundRobin, LeastRequests, PowerOfTwoChoices, Random or FirstAlphabetical.</summary>
    public string LoadBalancing { get; set; } = "RoundRobin";

    /// <summary>The cookie that binds a caller to an instance; none: callers are not bound.</summary>
    public string? AffinityCookie { get; set; }

    /// <summary>Where the service is, when it is not to be looked up in Consul, e.g. <c>http://127.0.0.1:5000</c>.</summary>
    public string[] Destinations { get; set; } = [];

    /// <summary>The path the gateway itself asks for to know whether an instance is well; none: Consul's checks are enough.</summary>
    public string? HealthPath { get; set; }

    /// <summary>Whether the service speaks HTTP/2 without TLS, as gRPC services do.</summary>
    public bool Http2 { get; set; }
}
