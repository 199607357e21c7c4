namespace XoeNovAi.Hosting.Consul;

/// <summary>A Consul server in a container.</summary>
/// <param name="name">The resource's name.</param>
public sealed class ConsulResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string HttpEndpointName = "http";

    /// <summary>Where its HTTP API listens.</summary>
    public EndpointReference PrimaryEndpoint => new(this, HttpEndpointName);

    /// <summary>The address of its HTTP API, such as http://consul:8500.</summary>
    public ReferenceExpression ConnectionStringExpression
        => ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Url)}");
}
