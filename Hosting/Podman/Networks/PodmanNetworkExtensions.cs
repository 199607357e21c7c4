namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Adds networks and puts containers on them.</summary>
public static class PodmanNetworkExtensions
{
    private const string RunIdKey = "DcpPublisher:RunId";

    /// <summary>Adds a network: internal, and isolated from all others, unless it says otherwise.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="networkName">What it is called in Podman, before the run's id; the resource's name by default.</param>
    public static IResourceBuilder<PodmanNetworkResource> AddPodmanNetwork(this IDistributedApplicationBuilder builder, string name, string? networkName = null)
    {
        var run = builder.Configuration[RunIdKey] ??= Guid.NewGuid().ToString("n")[..8];
        return builder.AddResource(new PodmanNetworkResource(name, $"{networkName ?? name}-{run}"))
            .WithAnnotation(new ResourceSnapshotAnnotation(new() { ResourceType = "Podman network", Properties = [], State = KnownResourceStates.NotStarted }))
            .WithManifestPublishingCallback(context =>
            {
                var network = builder.Resources.OfType<PodmanNetworkResource>().Single(n => n.Name == name);
                context.Writer.WriteString("type", "podman.network.v0");
                context.Writer.WriteBoolean("internal", network.IsInternal);
            });
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

    /// <summary>Puts a container on a network; it may be on several.</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="network">The network.</param>
    /// <param name="aliases">Its names there, beside the resource's.</param>
    public static IResourceBuilder<T> OnNetwork<T>(this IResourceBuilder<T> builder, IResourceBuilder<PodmanNetworkResource> network, params string[] aliases)
        where T : ContainerResource
    {
        NetworkAttachment.Add(builder.Resource, network.Resource, aliases);
        return builder.WithAnnotation(new NetworkMembership(network.Resource));
    }

    /// <summary>The networks a resource was put on.</summary>
    /// <param name="resource">The resource.</param>
    public static IEnumerable<PodmanNetworkResource> GetPodmanNetworks(this IResource resource)
        => resource.Annotations.OfType<NetworkMembership>().Select(static m => m.Network);
}
