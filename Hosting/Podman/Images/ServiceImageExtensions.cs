using XoeNovAi.Hosting.Podman.Secrets;
using XoeNovAi.Hosting.Podman.Services;

namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>Adds .NET services as containers, and images that set-up made.</summary>
public static class ServiceImageExtensions
{
    /// <summary>The registry of images that were made on this machine.</summary>
    public const string LocalRegistry = "localhost";

    private const string ImagePrefix = "xoe-novai/";

    /// <summary>Adds a .NET project as a container: its build output, mounted read-only, on the shared ASP.NET base.</summary>
    /// <typeparam name="TProject">The project's class in <c>Projects</c>.</typeparam>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    public static IResourceBuilder<ContainerResource> AddServiceContainer<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = Path.GetFileNameWithoutExtension(new TProject().ProjectPath);

        if (builder.ExecutionContext.IsPublishMode)
        {
            // Whoever deploys it builds it his own way: what is published is the project.
            var container = builder.AddContainer(name, project.ToLowerInvariant());
            return container.WithManifestPublishingCallback(async context =>
            {
                context.Writer.WriteString("type", "project.v0");
                context.Writer.WriteString("path", context.GetManifestRelativePath(new TProject().ProjectPath));
                await context.WriteCommandLineArgumentsAsync(container.Resource).ConfigureAwait(false);
                await context.WriteEnvironmentVariablesAsync(container.Resource).ConfigureAwait(false);
                context.WriteBindings(container.Resource);
            });
        }

        // Outputs lie side by side: <artifacts>/bin/<project>/<configuration>.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var output = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name);
        return builder.AddContainer(name, $"{ImagePrefix}aspnet")
            .WithSetupImage("aspnet", "10")
            .WithArgs($"{ServiceOutputs.Target}/{project}.dll")
            .WithAnnotation(new ServiceOutputAnnotation(project.ToLowerInvariant(), output, $"{project}.dll"))
            .WithOtlpExporter();
    }

    /// <summary>Uses an image that eng/setup made or fetched.</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="image">Its name, such as postgres.</param>
    /// <param name="tag">Its tag.</param>
    public static IResourceBuilder<T> WithSetupImage<T>(this IResourceBuilder<T> builder, string image, string tag)
        where T : ContainerResource
        => builder.WithImage($"{ImagePrefix}{image}").WithImageRegistry(LocalRegistry).WithImageTag(tag).WithImagePullPolicy(ImagePullPolicy.Never).WithSecretFiles();
}
