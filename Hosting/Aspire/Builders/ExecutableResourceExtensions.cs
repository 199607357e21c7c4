using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Finds processes.</summary>
public static class ExecutableResourceExtensions
{
    /// <summary>The processes of the model.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<ExecutableResource> GetExecutableResources(this DistributedApplicationModel model) => model.Resources.OfType<ExecutableResource>();
}
