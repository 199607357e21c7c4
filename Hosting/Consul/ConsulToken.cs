namespace XoeNovAi.Hosting.Consul;

/// <summary>What one service may do in Consul: register itself, look up others, and what rules add.</summary>
/// <param name="Service">The service it may register.</param>
/// <param name="Rules">What else it may do, in Consul's language.</param>
/// <param name="Secret">The token's secret.</param>
internal sealed record ConsulToken(string Service, IReadOnlyList<string> Rules, ParameterResource Secret);
