namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says in which forms the resource is given its references.</summary>
/// <param name="flags">The forms.</param>
public sealed class ReferenceEnvironmentInjectionAnnotation(ReferenceEnvironmentInjectionFlags flags) : IResourceAnnotation
{
    /// <summary>The forms.</summary>
    public ReferenceEnvironmentInjectionFlags Flags { get; } = flags;
}
