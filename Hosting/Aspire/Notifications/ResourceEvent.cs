namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource's state changed.</summary>
/// <param name="resource">The resource.</param>
/// <param name="resourceId">Which instance of it.</param>
/// <param name="snapshot">The new state.</param>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Which instance of it.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>The new state.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}
