using Aspire.Hosting.Administration;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Postgres;

/// <summary>pgweb in a container: a web page that shows every PostgreSQL database of the application.</summary>
public sealed class PgWebContainerResource : ContainerResource
{
    /// <summary>Creates the resource.</summary>
    /// <param name="name">Its name.</param>
    public PgWebContainerResource(string name)
        : base(name)
        => PrimaryEndpoint = new(this, AdministrationContainers.EndpointName);

    /// <summary>Where its page is served.</summary>
    public EndpointReference PrimaryEndpoint { get; }
}
