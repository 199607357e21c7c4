using System.Globalization;

namespace XoeNovAi.Hosting.Consul;

/// <summary>Has services call each other through Consul's mesh.</summary>
public static class ConsulMeshExtensions
{
    /// <summary>The port at which sidecars are called by each other.</summary>
    public const int MeshPort = 20000;

    private const string AddressVariable = "CONSUL_HTTP_ADDR";
    private const string AuthorityVariable = "CONSUL_CACERT";

    /// <summary>
    /// Adds a sidecar: Consul's own proxy, which takes connections with a certificate of the mesh to the service, and the service's
    /// to others. It registers itself and has its certificate from Consul. It belongs into the service's network.
    /// </summary>
    /// <param name="consul">Consul.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="service">The service, as it is registered.</param>
    /// <param name="instance">Which of its instances.</param>
    /// <param name="port">The port of loopback at which the service listens.</param>
    /// <param name="address">The name or address at which others call the sidecar; only there it listens.</param>
    public static IResourceBuilder<ConsulSidecarResource> AddSidecar(this IResourceBuilder<ConsulResource> consul, string name, string service, string instance, int port, string address)
    {
        var sidecar = new ConsulSidecarResource(name, service);
        consul.WithTokenRule(service, $$"""service "{{service}}-proxy" { policy = "write" }""");
        return consul.ApplicationBuilder.AddResource(sidecar)
            .WithImage(ConsulBuilderExtensions.Image, ConsulBuilderExtensions.Tag)
            .WithImageRegistry(ConsulBuilderExtensions.Registry)
            .WithArgs("connect", "proxy", $"-service={service}", string.Create(CultureInfo.InvariantCulture, $"-service-addr=127.0.0.1:{port}"))
            .WithArgs(string.Create(CultureInfo.InvariantCulture, $"-listen={address}:{MeshPort}"), "-register", $"-register-id={instance}")
            .WithArgs(context =>
            {
                foreach (var (upstream, at) in sidecar.Upstreams)
                {
                    context.Args.Add(string.Create(CultureInfo.InvariantCulture, $"-upstream={upstream}:127.0.0.1:{at}"));
                }
            })
            .WithEnvironment(AddressVariable, consul.Resource.ConnectionStringExpression)
            .WithAuthorityOf(consul.Resource)
            .WithEnvironment(context =>
            {
                if (consul.Resource.Tls is not null)
                {
                    context.EnvironmentVariables[AuthorityVariable] = ConsulConfiguration.AuthorityPath;
                }
            })
            .WithConsulToken(consul, service)
            .WaitFor(consul);
    }

    /// <summary>Leads from a port of loopback to another service.</summary>
    /// <param name="builder">The sidecar.</param>
    /// <param name="service">The other service, as it is registered.</param>
    /// <param name="port">The port.</param>
    public static IResourceBuilder<ConsulSidecarResource> WithUpstream(this IResourceBuilder<ConsulSidecarResource> builder, string service, int port)
    {
        builder.Resource.AddUpstream(service, port);
        return builder;
    }

    /// <summary>
    /// Lets a service call another in the mesh, which nobody may otherwise. Without <see cref="ConsulAccessExtensions.WithAccessControl"/>
    /// everybody may, and nothing is changed.
    /// </summary>
    /// <param name="consul">Consul.</param>
    /// <param name="source">The service that calls.</param>
    /// <param name="destination">The service that is called.</param>
    public static IResourceBuilder<ConsulResource> WithIntention(this IResourceBuilder<ConsulResource> consul, string source, string destination)
    {
        consul.Resource.AccessControl?.Allow(new(source, destination));
        return consul;
    }
}
