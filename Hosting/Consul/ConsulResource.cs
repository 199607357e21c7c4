namespace XoeNovAi.Hosting.Consul;

/// <summary>A Consul server in a container.</summary>
/// <param name="name">The resource's name.</param>
public sealed class ConsulResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string HttpEndpointName = "http";

    internal ConsulAccessControl? AccessControl => Annotations.OfType<ConsulAccessControl>().FirstOrDefault();

    internal ConsulServers? Servers => Annotations.OfType<ConsulServers>().FirstOrDefault();

    internal ConsulTls? Tls => Annotations.OfType<ConsulTls>().LastOrDefault();

    /// <summary>Where its HTTP API listens.</summary>
    public EndpointReference PrimaryEndpoint => new(this, HttpEndpointName);

    /// <summary>The secret of the token that may do everything; null when it asks for none.</summary>
    public ParameterResource? ManagementToken => AccessControl?.ManagementToken;

    /// <summary>The secrets of the services' tokens, by the services' names.</summary>
    public IReadOnlyDictionary<string, ParameterResource> Tokens
        => AccessControl?.Tokens.ToDictionary(static t => t.Service, static t => t.Secret) ?? [];

    /// <summary>All of them: the management token's secret, and the services'. None when it asks for none.</summary>
    public IReadOnlyList<ParameterResource> TokenParameters
        => AccessControl is { } access ? [access.ManagementToken, .. access.Tokens.Select(static t => t.Secret)] : [];

    /// <summary>The secret with which its servers encrypt what they tell each other; null for a single one, which has nobody to tell.</summary>
    public ParameterResource? GossipKey => Servers?.GossipKey;

    /// <summary>The certificate, as PEM, of whoever vouches for it; null when it speaks plain HTTP.</summary>
    public string? AuthorityPem => Tls?.Authority.ExportCertificatePem();

    /// <summary>The address of its HTTP API, such as http://consul:8500.</summary>
    public ReferenceExpression ConnectionStringExpression
        => ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Url)}");
}
