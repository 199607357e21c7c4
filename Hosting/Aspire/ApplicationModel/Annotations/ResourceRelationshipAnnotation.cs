namespace Aspire.Hosting.ApplicationModel;

/// <summary>Relates the resource to another.</summary>
/// <param name="resource">The other.</param>
/// <param name="type">How, such as Parent or Reference.</param>
public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    /// <summary>The other.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>How.</summary>
    public string Type { get; } = type;
}
