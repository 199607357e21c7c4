namespace Aspire.Hosting.ApplicationModel;

/// <summary>Finds projects.</summary>
public static class ProjectResourceExtensions
{
    /// <summary>The projects of the model.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<ProjectResource> GetProjectResources(this DistributedApplicationModel model) => model.Resources.OfType<ProjectResource>();

    /// <summary>The project's location.</summary>
    /// <param name="projectResource">The project.</param>
    public static IProjectMetadata GetProjectMetadata(this ProjectResource projectResource) => projectResource.LastAnnotation<IProjectMetadata>();
}
