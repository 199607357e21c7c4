namespace XoeNovAi.Gateway.Routing;

/// <summary>The section <c>Gateway</c> of the configuration.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>How long a backend may take to begin its answer before the caller gets 504.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream or a socket may be silent before it is closed.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    public long MaximumBodyBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>The first route that matches is taken.</summary>
    public IList<GatewayRoute> Routes { get; } = [];

    /// <summary>What differs from the default, by service.</summary>
    public IDictionary<string, GatewayService> Services { get; } = new Dictionary<string, GatewayService>(StringComparer.OrdinalIgnoreCase);
}
