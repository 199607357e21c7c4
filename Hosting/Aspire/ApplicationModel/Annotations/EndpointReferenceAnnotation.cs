namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that the resource is given endpoints of another.</summary>
/// <param name="resource">The other.</param>
public sealed class EndpointReferenceAnnotation(IResourceWithEndpoints resource) : IResourceAnnotation
{
    /// <summary>The other.</summary>
    public IResourceWithEndpoints Resource { get; } = resource;

    /// <summary>Whether it is given all of them, but for those left out of references.</summary>
    public bool UseAllEndpoints { get; set; }

    /// <summary>The endpoints it is given by name.</summary>
    public ISet<string> EndpointNames { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The network they are seen from.</summary>
    public NetworkIdentifier ContextNetworkId { get; set; } = KnownNetworkIdentifiers.LocalhostNetwork;
}
