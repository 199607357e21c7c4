namespace XoeNovAi.Hosting.Consul;

/// <summary>Adds Consul.</summary>
public static class ConsulBuilderExtensions
{
    internal const string Registry = "docker.io";
    internal const string Image = "hashicorp/consul";
    internal const string Tag = "1.15.4";
    internal const int HttpPort = 8500;

    /// <summary>
    /// Adds a single Consul server that keeps its data in memory. It never calls outside: no update check, no
    /// remote execution. It is healthy when it has elected itself. Others reach its HTTP API and nothing else of it.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="port">The port of its HTTP API on the host; a free one by default.</param>
    public static IResourceBuilder<ConsulResource> AddConsul(this IDistributedApplicationBuilder builder, string name, int? port = null)
    {
        var consul = new ConsulResource(name);
        return builder.AddResource(consul)
            .WithImage(Image, Tag)
            .WithImageRegistry(Registry)
            .WithHttpEndpoint(port, HttpPort, ConsulResource.HttpEndpointName)
            .WithArgs(context => ConsulArguments.AddOf(context.Args, consul))
            .WithConfigurationOf(consul)
            .WithLeaderCheck(consul, consul.PrimaryEndpoint);
    }
}
