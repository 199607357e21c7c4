namespace XoeNovAi.Hosting.Podman.Secrets;

/// <summary>Says how a container gets its secrets.</summary>
public static class SecretExtensions
{
    /// <summary>
    /// Gives the container its secrets as files: a secret environment variable NAME becomes <c>/run/secrets/NAME</c>,
    /// and <c>NAME_FILE</c> names it. For images that read such files; in the environment <c>podman inspect</c> shows
    /// them. A container that outlives the run keeps them in its environment.
    /// </summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    public static IResourceBuilder<T> WithSecretFiles<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource
        => builder.WithAnnotation(new SecretFilesAnnotation("/run/secrets"), ResourceAnnotationMutationBehavior.Replace);
}

/// <summary>A container reads its secrets from files of their names.</summary>
/// <param name="Folder">Where they are, seen from the container.</param>
internal sealed record SecretFilesAnnotation(string Folder) : IResourceAnnotation;
