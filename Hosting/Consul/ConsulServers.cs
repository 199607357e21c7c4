namespace XoeNovAi.Hosting.Consul;

/// <summary>The servers behind an agent.</summary>
/// <param name="All">The servers.</param>
/// <param name="Subnet">Where they and the agent talk to each other; null where the agent is on one network only.</param>
/// <param name="GossipKey">What they encrypt with what they tell each other.</param>
internal sealed record ConsulServers(IReadOnlyList<ConsulServerResource> All, ReferenceExpression? Subnet, ParameterResource GossipKey) : IResourceAnnotation;
