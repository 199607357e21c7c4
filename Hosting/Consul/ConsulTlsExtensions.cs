using System.Security.Cryptography.X509Certificates;

namespace XoeNovAi.Hosting.Consul;

/// <summary>Has Consul speak TLS.</summary>
public static class ConsulTlsExtensions
{
    /// <summary>
    /// Serves the HTTP API by TLS, on the port it has without, and no longer in plain: tokens are then on no wire. Connection strings
    /// say so. Whoever calls it must trust the authority. When publishing, nothing is changed.
    /// </summary>
    /// <param name="builder">Consul, with its servers where it has several.</param>
    /// <param name="authority">The certificate of whoever vouches for it.</param>
    /// <param name="issue">Makes the certificate, with its key, for the name of a resource and for loopback.</param>
    public static IResourceBuilder<ConsulResource> WithTls(this IResourceBuilder<ConsulResource> builder, X509Certificate2 authority, Func<string, X509Certificate2> issue)
    {
        if (!builder.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            return builder;
        }

        Secure(builder);
        foreach (var server in builder.Resource.Servers?.All ?? [])
        {
            Secure(builder.ApplicationBuilder.CreateResourceBuilder(server));
        }

        return builder.WithAnnotation(new ConsulTls(authority, issue), ResourceAnnotationMutationBehavior.Replace);
    }

    private static void Secure<T>(IResourceBuilder<T> builder)
        where T : ContainerResource
        => builder.WithEndpoint(ConsulResource.HttpEndpointName, static endpoint => endpoint.UriScheme = "https", createIfNotExists: false);
}
