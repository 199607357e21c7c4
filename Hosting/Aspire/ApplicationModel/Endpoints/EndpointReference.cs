namespace Aspire.Hosting.ApplicationModel;

/// <summary>A reference to an endpoint, which may be allocated only later.</summary>
public sealed class EndpointReference : IExpressionValue, IValueWithReferences
{
    private EndpointAnnotation? _annotation;

    /// <summary>Refers to an endpoint that is declared.</summary>
    /// <param name="owner">Its resource.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="contextNetworkId">The network it is seen from; null for the caller's.</param>
    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint, NetworkIdentifier? contextNetworkId)
        : this(owner, endpoint.Name, contextNetworkId)
        => _annotation = endpoint;

    /// <summary>Refers to an endpoint that is declared.</summary>
    /// <param name="owner">Its resource.</param>
    /// <param name="endpoint">The endpoint.</param>
    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint)
        : this(owner, endpoint, null)
    {
    }

    /// <summary>Refers to an endpoint by name.</summary>
    /// <param name="owner">Its resource.</param>
    /// <param name="endpointName">Its name.</param>
    /// <param name="contextNetworkId">The network it is seen from; null for the caller's.</param>
    public EndpointReference(IResourceWithEndpoints owner, string endpointName, NetworkIdentifier? contextNetworkId = null)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(endpointName);
        Resource = owner;
        EndpointName = endpointName;
        ContextNetworkID = contextNetworkId;
    }

    /// <summary>Refers to an endpoint by name.</summary>
    /// <param name="owner">Its resource.</param>
    /// <param name="endpointName">Its name.</param>
    public EndpointReference(IResourceWithEndpoints owner, string endpointName)
        : this(owner, endpointName, null)
    {
    }

    /// <summary>The endpoint's resource.</summary>
    public IResourceWithEndpoints Resource { get; }

    /// <summary>The endpoint's name.</summary>
    public string EndpointName { get; }

    /// <summary>The network it is seen from; null for the caller's.</summary>
    public NetworkIdentifier? ContextNetworkID { get; }

    /// <summary>What is said when there is no such endpoint.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The endpoint.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public EndpointAnnotation EndpointAnnotation => Find() ?? throw new InvalidOperationException(
        ErrorMessage ?? $"The endpoint '{EndpointName}' is not defined for the resource '{Resource.Name}'. Add it with WithEndpoint or WithHttpEndpoint.");

    /// <summary>Whether there is an endpoint of that name.</summary>
    public bool Exists => Find() is not null;

    /// <summary>Whether its address on the host is known.</summary>
    public bool IsAllocated => Find()?.AllAllocatedEndpoints.SnapshotOf(ContextNetworkID ?? KnownNetworkIdentifiers.LocalhostNetwork).IsValueSet ?? false;

    /// <summary>Whether its scheme is http.</summary>
    public bool IsHttp => Scheme == "http";

    /// <summary>Whether its scheme is https.</summary>
    public bool IsHttps => Scheme == "https";

    /// <summary>Whether it is named http or https, and so is found by what it speaks.</summary>
    public bool IsHttpSchemeNamedEndpoint => EndpointName.Equals("http", StringComparison.OrdinalIgnoreCase) || EndpointName.Equals("https", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is encrypted.</summary>
    public bool TlsEnabled => Find()?.TlsEnabled ?? false;

    /// <summary>Whether references to the whole resource leave it out.</summary>
    public bool ExcludeReferenceEndpoint => EndpointAnnotation.ExcludeReferenceEndpoint;

    /// <summary>The scheme.</summary>
    public string Scheme => EndpointAnnotation.UriScheme;

    /// <summary>The port the resource listens on.</summary>
    public int? TargetPort => EndpointAnnotation.TargetPort;

    /// <summary>The host, once it is known.</summary>
    /// <exception cref="InvalidOperationException">It is not known yet.</exception>
    public string Host => Allocated.Address;

    /// <summary>The port, once it is known.</summary>
    /// <exception cref="InvalidOperationException">It is not known yet.</exception>
    public int Port => Allocated.Port;

    /// <summary>Scheme, host and port, once they are known.</summary>
    /// <exception cref="InvalidOperationException">They are not known yet.</exception>
    public string Url => Allocated.UriString;

    string IManifestExpressionProvider.ValueExpression => Expression(EndpointProperty.Url);

    IEnumerable<object> IValueWithReferences.References => [Resource];

    private AllocatedEndpoint Allocated
        => EndpointAnnotation.AllAllocatedEndpoints.SnapshotOf(ContextNetworkID ?? KnownNetworkIdentifiers.LocalhostNetwork) is { IsValueSet: true } snapshot
            ? snapshot.GetValueAsync().GetAwaiter().GetResult()
            : throw new InvalidOperationException($"The endpoint '{EndpointName}' is not allocated for the resource '{Resource.Name}'. Await it, or use it after the application has started.");

    /// <summary>A part of the address.</summary>
    /// <param name="property">The part.</param>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <summary>One of two expressions: which of them shows once it is settled whether the endpoint is encrypted.</summary>
    /// <param name="enabledValue">The expression when it is.</param>
    /// <param name="disabledValue">The expression when it is not.</param>
    public ReferenceExpression GetTlsValue(ReferenceExpression enabledValue, ReferenceExpression disabledValue)
        => ReferenceExpression.CreateConditional(Property(EndpointProperty.TlsEnabled), bool.TrueString, enabledValue, disabledValue);

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        => Property(EndpointProperty.Url).GetValueAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        => Property(EndpointProperty.Url).GetValueAsync(context, cancellationToken);

    internal string Expression(EndpointProperty property)
        => property == EndpointProperty.HostAndPort
            ? $"{Expression(EndpointProperty.Host)}:{Expression(EndpointProperty.Port)}"
            : $"{{{Resource.Name}.bindings.{EndpointName}.{property switch
            {
                EndpointProperty.Url => "url",
                EndpointProperty.Host or EndpointProperty.IPV4Host => "host",
                EndpointProperty.Port => "port",
                EndpointProperty.Scheme => "scheme",
                EndpointProperty.TargetPort => "targetPort",
                EndpointProperty.TlsEnabled => "tlsEnabled",
                _ => throw new ArgumentOutOfRangeException(nameof(property), property, null),
            }}}}";

    private EndpointAnnotation? Find()
        => _annotation ??= Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}
