namespace XoeNovAi.Hosting.Consul;

/// <summary>One of several Consul servers behind an agent.</summary>
/// <param name="name">The resource's name, by which the others find it.</param>
public sealed class ConsulServerResource(string name) : ContainerResource(name)
{
    /// <summary>Where its HTTP API listens.</summary>
    public EndpointReference PrimaryEndpoint => new(this, ConsulResource.HttpEndpointName);
}
