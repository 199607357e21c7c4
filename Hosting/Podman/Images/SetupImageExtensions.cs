using XoeNovAi.Hosting.Podman.Secrets;

namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>Uses the images of set-up.</summary>
public static class SetupImageExtensions
{
    private const string LocalRegistry = "localhost";
    private const string Prefix = "xoe-novai/";

    /// <summary>Uses an image that eng/setup made or fetched. Such images read their secrets from files (<see cref="SecretExtensions.WithSecretFiles"/>).</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="image">Its name, such as postgres.</param>
    /// <param name="tag">Its tag.</param>
    public static IResourceBuilder<T> WithSetupImage<T>(this IResourceBuilder<T> builder, string image, string tag)
        where T : ContainerResource
        => builder.WithImage($"{Prefix}{image}").WithImageRegistry(LocalRegistry).WithImageTag(tag).WithImagePullPolicy(ImagePullPolicy.Never).WithSecretFiles();
}
