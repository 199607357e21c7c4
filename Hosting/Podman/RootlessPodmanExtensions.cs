using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.DependencyInjection.Extensions;
using XoeNovAi.Hosting.Podman.Containers;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Model;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Services;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.Hosting.Podman.Tunnels;
using XoeNovAi.Hosting.Podman.Volumes;

namespace XoeNovAi.Hosting.Podman;

/// <summary>Runs an application's containers on rootless Podman.</summary>
public static class RootlessPodmanExtensions
{
    /// <summary>
    /// Takes the application's containers over from Aspire's orchestrator and runs them on rootless Podman, hardened:
    /// read-only root, no capabilities, no new privileges, a user namespace each. A container says otherwise with
    /// <see cref="WithHardening"/>. Those on no declared network share one that is isolated from all others. When publishing,
    /// nothing is changed.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <exception cref="DistributedApplicationException">There is no Podman that could be called.</exception>
    public static IDistributedApplicationBuilder UseRootlessPodman(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return builder;
        }

        builder.Services.TryAddSingleton(PodmanEnvironment.Find());
        builder.Services.TryAddSingleton<PodmanCli>();
        builder.Services.TryAddSingleton<PodmanRun>();
        builder.Services.AddSingleton<IFileSystemService, RunFileSystem>();
        builder.Services.TryAddSingleton<Leftovers>();
        builder.Services.TryAddSingleton<PodmanNetworks>();
        builder.Services.TryAddSingleton<RunVolumes>();
        builder.Services.TryAddSingleton<HostTunnels>();
        builder.Services.TryAddSingleton<ServiceOutputStage>();
        builder.Services.TryAddSingleton<HardeningArguments>();
        builder.Services.TryAddSingleton<ImageBuilder>();
        builder.Services.TryAddSingleton<PersistentOwner>();
        builder.Services.TryAddSingleton<PersistentContainers>();
        builder.Services.TryAddSingleton<StartQueue>();
        builder.Services.TryAddSingleton<HeldPorts>();
        builder.Services.TryAddSingleton<ContainerStarter>();
        builder.Services.TryAddSingleton<Readiness>();
        builder.Services.TryAddSingleton<ContainerEvents>();
        builder.Services.TryAddSingleton<ChildResources>();
        builder.Services.TryAddSingleton<LogFolders>();
        builder.Services.TryAddSingleton<HiddenEndpoints>();
        builder.Services.TryAddSingleton<ContainerHost>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<ContainerHost>());
        builder.Services.TryAddEventingSubscriber<ContainerTakeover>();
        return builder;
    }

    /// <summary>Says how a container departs from the hardening all others get.</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="hardening">Its hardening.</param>
    public static IResourceBuilder<T> WithHardening<T>(this IResourceBuilder<T> builder, ContainerHardening hardening)
        where T : ContainerResource
        => builder.WithAnnotation(hardening, ResourceAnnotationMutationBehavior.Replace);

    /// <summary>Limits what a container may use, where this machine can enforce it; where it cannot, the log says so.</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="memoryMegabytes">Memory, in MB.</param>
    /// <param name="cpus">Processors, such as 0.5.</param>
    public static IResourceBuilder<T> WithLimits<T>(this IResourceBuilder<T> builder, int? memoryMegabytes = null, double? cpus = null)
        where T : ContainerResource
        => builder.WithAnnotation(new ContainerLimits(memoryMegabytes, cpus), ResourceAnnotationMutationBehavior.Replace);
}
