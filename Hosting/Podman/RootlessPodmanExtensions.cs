using Aspire.Hosting.Lifecycle;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Services;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman;

/// <summary>Runs an application's containers on rootless Podman.</summary>
public static class RootlessPodmanExtensions
{
    /// <summary>
    /// Sets the machine up where it is not, and hardens every container: read-only root, no capabilities, no new
    /// privileges, a user namespace of its own. A container says otherwise with <see cref="WithHardening"/>.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <exception cref="DistributedApplicationException">Something is missing that set-up could not fetch.</exception>
    public static IDistributedApplicationBuilder UseRootlessPodman(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            // Nothing runs: the model is written down wherever it is looked at, set up or not.
            return builder;
        }

        MachineSetup.Ensure(builder.AppHostDirectory);
        var environment = PodmanEnvironment.Read();

        // DCP finds the runtime by its name on PATH, whichever hosting starts it.
        var path = Environment.GetEnvironmentVariable("PATH") ?? string.Empty;
        if (!path.Split(Path.PathSeparator).Contains(environment.Bin, StringComparer.Ordinal))
        {
            Environment.SetEnvironmentVariable("PATH", $"{environment.Bin}{Path.PathSeparator}{path}");
        }

        Environment.SetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME", "podman");
        builder.Services.AddSingleton(environment);
        builder.Services.AddSingleton<PodmanCli>();
        builder.Services.AddSingleton<PodmanNetworks>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<PodmanNetworks>());
        builder.Services.AddSingleton<ServiceOutputStage>();
        builder.Services.AddSingleton<ServiceOutputs>();
        builder.Services.TryAddEventingSubscriber<PreparationSubscriber>();
        builder.Services.TryAddEventingSubscriber<HardeningSubscriber>();
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
