using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Finds containers.</summary>
public static class ContainerResourceExtensions
{
    /// <summary>The containers of the model.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<IResource> GetContainerResources(this DistributedApplicationModel model) => model.Resources.Where(IsContainer);

    /// <summary>Whether the resource is a container.</summary>
    /// <param name="resource">The resource.</param>
    public static bool IsContainer(this IResource resource)
        => resource.HasAnnotationOfType<ContainerImageAnnotation>() || resource.HasAnnotationOfType<DockerfileBuildAnnotation>();
}
