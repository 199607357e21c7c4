namespace XoeNovAi.Gateway.Routing;

internal sealed class GatewayRoute
{
    /// <summary>Paths, each exact or with <c>/*</c> at the end for everything below it.</summary>
    public string[] Paths { get; set; } = [];

    /// <summary>The name of the service in Consul.</summary>
    public string Service { get; set; } = "";

    /// <summary>What the service does not get to see of the path.</summary>
    public string? StripPrefix { get; set; }
}
