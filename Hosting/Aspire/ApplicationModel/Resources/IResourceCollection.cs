using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resources of an application; names are unique, whatever their case.</summary>
public interface IResourceCollection : IList<IResource>
{
    /// <summary>Finds a resource by name, whatever its case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="resource">The resource, when there is one.</param>
    bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource);
}
