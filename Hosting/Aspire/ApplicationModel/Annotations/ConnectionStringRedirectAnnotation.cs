namespace Aspire.Hosting.ApplicationModel;

/// <summary>Lets a resource give another's connection string in place of its own.</summary>
/// <param name="resource">The other.</param>
public class ConnectionStringRedirectAnnotation(IResourceWithConnectionString resource) : IResourceAnnotation
{
    /// <summary>The other.</summary>
    public IResourceWithConnectionString Resource { get; } = resource;
}
