using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says how the resource stands in the manifest.</summary>
public class ManifestPublishingCallbackAnnotation : IResourceAnnotation
{
    /// <summary>Says how the resource stands in the manifest.</summary>
    /// <param name="callback">Writes the inside of its object; null leaves it out of the manifest.</param>
    public ManifestPublishingCallbackAnnotation(Func<ManifestPublishingContext, Task>? callback) => Callback = callback;

    /// <summary>Says how the resource stands in the manifest.</summary>
    /// <param name="callback">Writes the inside of its object; null leaves it out of the manifest.</param>
    public ManifestPublishingCallbackAnnotation(Action<ManifestPublishingContext>? callback)
        => Callback = callback is null ? null : context =>
        {
            callback(context);
            return Task.CompletedTask;
        };

    /// <summary>Leaves the resource out of the manifest.</summary>
    public static ManifestPublishingCallbackAnnotation Ignore { get; } = new((Func<ManifestPublishingContext, Task>?)null);

    /// <summary>Writes the inside of its object; null leaves it out of the manifest.</summary>
    public Func<ManifestPublishingContext, Task>? Callback { get; }
}
