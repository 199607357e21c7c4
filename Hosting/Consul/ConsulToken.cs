namespace XoeNovAi.Hosting.Consul;

/// <summary>What one service may do in Consul: register itself, look up others, and read keys below a prefix.</summary>
/// <param name="Service">The service it may register.</param>
/// <param name="KeyPrefix">The prefix of the keys it may read; null for none.</param>
/// <param name="Secret">The token's secret.</param>
internal sealed record ConsulToken(string Service, string? KeyPrefix, ParameterResource Secret);
