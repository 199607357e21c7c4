namespace Aspire.Hosting.ApplicationModel;

/// <summary>Finds resources that run code.</summary>
public static class DistributedApplicationModelExtensions
{
    /// <summary>The resources that run code and are published.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<IResource> GetComputeResources(this DistributedApplicationModel model)
        => model.Resources.Where(static r => r is IComputeResource && !r.IsExcludedFromPublish());

    /// <summary>Those of them whose image is built.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<IResource> GetBuildResources(this DistributedApplicationModel model) => model.Resources.Where(static r => r.RequiresImageBuild());

    /// <summary>Those of them whose image is built and handed on.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<IResource> GetBuildAndPushResources(this DistributedApplicationModel model) => model.Resources.Where(static r => r.RequiresImageBuildAndPush());
}
