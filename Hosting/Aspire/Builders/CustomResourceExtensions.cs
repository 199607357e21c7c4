using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>For resources of one's own.</summary>
public static class CustomResourceExtensions
{
    /// <summary>Says what is known of the resource before it starts.</summary>
    /// <typeparam name="TResource">Its type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="initialSnapshot">What is known.</param>
    public static IResourceBuilder<TResource> WithInitialState<TResource>(this IResourceBuilder<TResource> builder, CustomResourceSnapshot initialSnapshot)
        where TResource : IResource
        => builder.WithAnnotation(new ResourceSnapshotAnnotation(initialSnapshot), ResourceAnnotationMutationBehavior.Replace);
}
