using XoeNovAi.Gateway.Authentication;

namespace XoeNovAi.Gateway.Configuration;

internal sealed class GatewayRoute
{
    /// <summary>Paths, each exact or with <c>/*</c> at the end for everything below it.</summary>
    public string[] Paths { get; set; } = [];

    /// <summary>The name of the service in Consul.</summary>
    public string Service { get; set; } = "";

    /// <summary>What the service does not get to see of the path.</summary>
    public string? StripPrefix { get; set; }

    /// <summary>How long this route's answers may take to begin, when not as long as the others'.</summary>
    public TimeSpan? ResponseTimeout { get; set; }

    /// <summary>The name of the rate limit, <c>default</c> when none is given.</summary>
    public string? RateLimit { get; set; }

    /// <summary>Who may pass.</summary>
    public Access Access { get; set; } = Access.Open;

    /// <summary>What a token must allow, beside being valid.</summary>
    public string? Scope { get; set; }
}
