using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Secrets;

namespace XoeNovAi.Hosting.Podman.Services;

/// <summary>Adds .NET services as containers.</summary>
public static class ServiceContainerExtensions
{
    private const string BaseImage = "aspnet";
    private const string BaseTag = "10";

    /// <summary>Adds a .NET project as a container: what its build has published, mounted read-only, on the shared ASP.NET base.</summary>
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
            var container = builder.AddContainer(name, project.ToLowerInvariant()).WithSecretFiles().WithAnnotation(new ServiceProjectAnnotation(new TProject().ProjectPath));
            return container.WithManifestPublishingCallback(async context =>
            {
                context.Writer.WriteString("type", "project.v0");
                context.Writer.WriteString("path", context.GetManifestRelativePath(new TProject().ProjectPath));
                await context.WriteCommandLineArgumentsAsync(container.Resource).ConfigureAwait(false);
                await context.WriteEnvironmentVariablesAsync(container.Resource).ConfigureAwait(false);
                context.WriteBindings(container.Resource);
            });
        }

        // Side by side with this: <artifacts>/bin/<this>/<configuration> and <artifacts>/publish/<project>/<configuration>.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var output = Path.Combine(here.Parent!.Parent!.Parent!.FullName, "publish", project, here.Name);
        return builder.AddContainer(name, BaseImage)
            .WithSetupImage(BaseImage, BaseTag)
            .WithArgs($"{ServiceOutputStage.Target}/{project}.dll")
            .WithAnnotation(new ServiceOutputAnnotation(project.ToLowerInvariant(), output, $"{project}.dll"))
            .WithOtlpExporter();
    }
}

/// <summary>A container runs a .NET service's build output.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Folder">The build output.</param>
/// <param name="Assembly">The assembly that is run.</param>
internal sealed record ServiceOutputAnnotation(string Service, string Folder, string Assembly) : IResourceAnnotation;

/// <summary>A container's image is to be built of a .NET project by whoever deploys it.</summary>
/// <param name="Path">The project's file.</param>
internal sealed record ServiceProjectAnnotation(string Path) : IResourceAnnotation;
