namespace XoeNovAi.Hosting.Podman.Volumes;

/// <summary>Volumes that live as long as the run.</summary>
public static class RunVolumeExtensions
{
    /// <summary>
    /// Gives a container a volume that outlives it: started again, from the dashboard or after a crash, it finds what it has written.
    /// It goes with the run; what shall stay longer has <c>WithVolume</c> and a name. Only on rootless Podman.
    /// </summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="target">Where it is in the container, such as <c>/data</c>.</param>
    public static IResourceBuilder<T> WithRunVolume<T>(this IResourceBuilder<T> builder, string target)
        where T : ContainerResource
        => builder.WithAnnotation(new RunVolumeAnnotation(target));
}

/// <summary>A volume of the run.</summary>
/// <param name="Target">Where it is in the container.</param>
internal sealed record RunVolumeAnnotation(string Target) : IResourceAnnotation;
