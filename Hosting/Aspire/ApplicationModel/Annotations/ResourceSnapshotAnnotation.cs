namespace Aspire.Hosting.ApplicationModel;

/// <summary>What is known of the resource before it starts.</summary>
/// <param name="initialSnapshot">What is known.</param>
public class ResourceSnapshotAnnotation(CustomResourceSnapshot initialSnapshot) : IResourceAnnotation
{
    /// <summary>What is known.</summary>
    public CustomResourceSnapshot InitialSnapshot { get; } = initialSnapshot;
}
