using Aspire.Hosting.Administration;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Redis;

/// <summary>Redis Insight in a container: a web page that administrates every Redis of the application.</summary>
public class RedisInsightResource : ContainerResource
{
    /// <summary>Creates the resource.</summary>
    /// <param name="name">Its name.</param>
    public RedisInsightResource(string name)
        : base(name)
        => PrimaryEndpoint = new(this, AdministrationContainers.EndpointName);

    /// <summary>Where its page is served.</summary>
    public EndpointReference PrimaryEndpoint { get; }
}
