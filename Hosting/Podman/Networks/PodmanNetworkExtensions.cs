namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Adds networks and puts containers on them.</summary>
public static class PodmanNetworkExtensions
{
    /// <summary>Adds a network: internal, and isolated from all others, unless it says otherwise.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="networkName">What it is called in Podman, before the run's id; the resource's name by default.</param>
    public static IResourceBuilder<PodmanNetworkResource> AddPodmanNetwork(this IDistributedApplicationBuilder builder, string name, string? networkName = null)
    {
        var network = new PodmanNetworkResource(name, networkName ?? name);
        return builder.AddResource(network)
            .WithInitialState(new() { ResourceType = "Podman network", Properties = [], State = KnownResourceStates.NotStarted })
            .WithManifestPublishingCallback(context => NetworkManifest.Write(context.Writer, builder.Resources, network));
    }

    /// <summary>Gives a network a way out. It stays isolated from other networks.</summary>
    /// <param name="builder">The network.</param>
    public static IResourceBuilder<PodmanNetworkResource> AllowEgress(this IResourceBuilder<PodmanNetworkResource> builder)
    {
        builder.Resource.IsInternal = false;
        return builder;
    }

    /// <summary>Lets the containers of a network find each other by address only.</summary>
    /// <param name="builder">The network.</param>
    public static IResourceBuilder<PodmanNetworkResource> WithoutNames(this IResourceBuilder<PodmanNetworkResource> builder)
    {
        builder.Resource.HasNames = false;
        return builder;
    }

    /// <summary>Adds arguments to <c>podman network create</c>, after all others: what they say is what is made.</summary>
    /// <param name="builder">The network.</param>
    /// <param name="arguments">The arguments, such as <c>--internal=false</c>.</param>
    public static IResourceBuilder<PodmanNetworkResource> WithPodmanArguments(this IResourceBuilder<PodmanNetworkResource> builder, params string[] arguments)
        => builder.WithAnnotation(new NetworkArguments(arguments));

    /// <summary>Puts a container on a network; it may be on several. Said again of the same, it adds names.</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="network">The network.</param>
    /// <param name="aliases">Its names there, beside the resource's.</param>
    public static IResourceBuilder<T> OnNetwork<T>(this IResourceBuilder<T> builder, IResourceBuilder<PodmanNetworkResource> network, params string[] aliases)
        where T : ContainerResource
        => builder.WithAnnotation(new NetworkMembership(network.Resource, aliases));

    /// <summary>
    /// Lets two containers reach each other that share no network otherwise: on one of just the two, where each is found by
    /// its name.
    /// </summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <typeparam name="TOther">The other's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="other">The other.</param>
    public static IResourceBuilder<T> WithLinkTo<T, TOther>(this IResourceBuilder<T> builder, IResourceBuilder<TOther> other)
        where T : ContainerResource
        where TOther : ContainerResource
    {
        var link = builder.ApplicationBuilder.AddPodmanNetwork($"{builder.Resource.Name}-{other.Resource.Name}-link");
        other.OnNetwork(link);
        return builder.OnNetwork(link);
    }

    /// <summary>
    /// Puts a container into the network of another: it has the other's addresses, and each reaches the other on loopback. It
    /// starts when the other runs, and ends and starts again with it. The two share a user namespace, as Linux asks of whoever
    /// shares a network. Ports are published by the other.
    /// </summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <typeparam name="TOther">The other's type.</typeparam>
    /// <param name="builder">The container, such as a proxy that stands beside a service.</param>
    /// <param name="other">The other.</param>
    public static IResourceBuilder<T> InNetworkOf<T, TOther>(this IResourceBuilder<T> builder, IResourceBuilder<TOther> other)
        where T : ContainerResource
        where TOther : ContainerResource
        => builder.WithAnnotation(new NetworkSharing(other.Resource)).WaitForStart(other);

    /// <summary>The networks a resource was put on.</summary>
    /// <param name="resource">The resource.</param>
    public static IEnumerable<PodmanNetworkResource> GetPodmanNetworks(this IResource resource)
        => resource.Annotations.OfType<NetworkMembership>().Select(static m => m.Network).Distinct();
}
