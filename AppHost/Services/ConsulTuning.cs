using XoeNovAi.AppHost.Certificates;
using XoeNovAi.AppHost.Configuration;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Publishing;

namespace XoeNovAi.AppHost.Services;

/// <summary>How the stack runs Consul.</summary>
internal static class ConsulTuning
{
    public static IResourceBuilder<ConsulResource> WithStackTuning(this IResourceBuilder<ConsulResource> builder, ConsulOptions options, RunCertificateAuthority authority)
        => builder.OnSetupImage().WithServersOfStack(options.Servers).WithAccessControl().WithTls(authority.Certificate, authority.Issue).WithHealthCommand("consul", "members");

    private static IResourceBuilder<ConsulResource> WithServersOfStack(this IResourceBuilder<ConsulResource> builder, int count)
    {
        if (count == 1 || builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        // One of their own, where nobody else hears them; services reach the agent, as they reach a single server.
        var network = builder.ApplicationBuilder.AddPodmanNetwork("consul-network", "xnai_consul_network");
        return builder.OnNetwork(network).WithServers(count, ReferenceExpression.Create($"{network}"), server => server.OnSetupImage().OnNetwork(network));
    }

    private static IResourceBuilder<T> OnSetupImage<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource
        => builder.WithSetupImage("consul", "1").WithLimits(memoryMegabytes: 256, cpus: 0.2);
}
