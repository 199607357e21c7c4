namespace XoeNovAi.Hosting.Consul;

/// <summary>Adds Consul.</summary>
public static class ConsulBuilderExtensions
{
    private const int HttpPort = 8500;

    /// <summary>
    /// Adds a single Consul server that keeps its data in memory. It never calls outside: no update check, no
    /// remote execution. It is healthy when it has elected itself. Others reach its HTTP API and nothing else of it.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="port">The port of its HTTP API on the host; a free one by default.</param>
    public static IResourceBuilder<ConsulResource> AddConsul(this IDistributedApplicationBuilder builder, string name, int? port = null)
        => builder.AddResource(new ConsulResource(name))
            .WithImage("hashicorp/consul", "1.15.4")
            .WithImageRegistry("docker.io")
            .WithHttpEndpoint(port, HttpPort, ConsulResource.HttpEndpointName)
            .WithArgs("agent", "-dev", "-client=127.0.0.1", "-hcl", "addresses { http = \"0.0.0.0\" }", "-hcl", "disable_update_check = true", "-hcl", "disable_remote_exec = true")
            .WithHttpHealthCheck("/v1/status/leader");
}
