using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Publishing;

/// <summary>The subnet of a network, and what is said in its place where networks have none, as in Kubernetes.</summary>
public sealed class PublishedSubnet : IValueProvider, IManifestExpressionProvider
{
    internal PublishedSubnet(PodmanNetworkResource network, ReferenceExpression otherwise) => (Network, Otherwise) = (network, otherwise);

    internal PodmanNetworkResource Network { get; }

    internal ReferenceExpression Otherwise { get; }

    /// <inheritdoc />
    public string ValueExpression => Network.ValueExpression;

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => Network.GetValueAsync(cancellationToken);
}

/// <summary>Refers to subnets.</summary>
public static class PublishedSubnetExtensions
{
    /// <summary>The subnet of a network, such as for a service that has to know which of its addresses is on it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="otherwise">What is published where networks have no subnets, such as the service's own name and port.</param>
    public static PublishedSubnet SubnetOr(this IResourceBuilder<PodmanNetworkResource> network, ReferenceExpression otherwise) => new(network.Resource, otherwise);
}
