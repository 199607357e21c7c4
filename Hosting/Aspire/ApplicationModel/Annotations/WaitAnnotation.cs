namespace Aspire.Hosting.ApplicationModel;

/// <summary>Makes the resource's start wait for another.</summary>
/// <param name="resource">The other.</param>
/// <param name="waitType">What is waited for.</param>
/// <param name="exitCode">The exit code that counts as completed.</param>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The other.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>What is waited for.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>The exit code that counts as completed.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What happens when the other fails; the application's default when null.</summary>
    public WaitBehavior? WaitBehavior { get; init; }
}
