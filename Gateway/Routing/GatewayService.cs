namespace XoeNovAi.Gateway.Routing;

internal sealed class GatewayService
{
    /// <summary>RoundRobin, LeastRequests, PowerOfTwoChoices, Random or FirstAlphabetical.</summary>
    public string LoadBalancing { get; set; } = "RoundRobin";

    /// <summary>The cookie that binds a caller to an instance; none: callers are not bound.</summary>
    public string? AffinityCookie { get; set; }
}
