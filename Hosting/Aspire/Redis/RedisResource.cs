namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Redis server in a container.</summary>
public class RedisResource : ContainerResource, IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";
    internal const string Scheme = "redis";
    internal const string TlsScheme = "rediss";

    /// <summary>Creates the resource, without a password.</summary>
    /// <param name="name">Its name.</param>
    public RedisResource(string name)
        : base(name)
        => PrimaryEndpoint = new(this, PrimaryEndpointName);

    /// <summary>Creates the resource.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="password">Its password.</param>
    public RedisResource(string name, ParameterResource password)
        : this(name)
        => PasswordParameter = password;

    /// <summary>Where it listens.</summary>
    public EndpointReference PrimaryEndpoint { get; }

    /// <summary>Its password; null for none.</summary>
    public ParameterResource? PasswordParameter { get; internal set; }

    /// <summary>Whether it is encrypted.</summary>
    public bool TlsEnabled => this.HasAnnotationOfType<HttpsCertificateAnnotation>();

    /// <summary>Its host.</summary>
    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    /// <summary>Its port.</summary>
    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            if (this.TryGetLastAnnotation<ConnectionStringRedirectAnnotation>(out var redirect))
            {
                return redirect.Resource.ConnectionStringExpression;
            }

            var builder = new ReferenceExpressionBuilder();
            builder.Append($"{Host}:{Port}");
            if (PasswordParameter is { } password)
            {
                builder.Append($",password={password}");
            }

            if (TlsEnabled)
            {
                builder.Append($",ssl=true");
            }

            return builder.Build();
        }
    }

    /// <summary>The address as a URI.</summary>
    public ReferenceExpression UriExpression
    {
        get
        {
            var builder = new ReferenceExpressionBuilder();
            builder.AppendLiteral(TlsEnabled ? $"{TlsScheme}://" : $"{Scheme}://");
            if (PasswordParameter is { } password)
            {
                builder.Append($":{password:uri}@");
            }

            builder.Append($"{Host}:{Port}");
            return builder.Build();
        }
    }

    /// <summary>The connection string as the host sees it.</summary>
    /// <param name="cancellationToken">Ends the wait for what is referenced.</param>
    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => ConnectionStringExpression.GetValueAsync(cancellationToken);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Host", ReferenceExpression.Create($"{Host}"));
        yield return new("Port", ReferenceExpression.Create($"{Port}"));
        if (PasswordParameter is { } password)
        {
            yield return new("Password", ReferenceExpression.Create($"{password}"));
        }

        yield return new("Uri", UriExpression);
    }
}
