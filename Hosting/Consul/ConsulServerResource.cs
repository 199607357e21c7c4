namespace XoeNovAi.Hosting.Consul;

/// <summary>One of several Consul servers behind an agent.</summary>
/// <param name="name">The resource's name, by which the others find it.</param>
public sealed class ConsulServerResource(string name) : ContainerResource(name)
{
    /// <summary>Where its HTTP API listens.</summary>
    public EndpointReference PrimaryEndpoint => new(this, ConsulResource.HttpEndpointName);
}

/// <summary>The servers behind an agent.</summary>
/// <param name="All">The servers.</param>
/// <param name="Subnet">Where they and the agent talk to each other; null where the agent is on one network only.</param>
/// <param name="GossipKey">What they encrypt with what they tell each other.</param>
internal sealed record ConsulServers(IReadOnlyList<ConsulServerResource> All, ReferenceExpression? Subnet, ParameterResource GossipKey) : IResourceAnnotation;
