namespace XoeNovAi.AppHost.Data.Pool;

/// <summary>PgBouncer, in front of a server of PostgreSQL.</summary>
internal sealed class PgBouncerResource(string name) : ContainerResource(name)
{
    /// <summary>The endpoint clients connect to.</summary>
    public const string EndpointName = "tcp";

    /// <summary>Where clients connect to.</summary>
    public EndpointReference Endpoint => new(this, EndpointName);
}
