namespace Aspire.Hosting.ApplicationModel;

/// <summary>The launch profile a project starts with when it has one of that name: the AppHost's own.</summary>
/// <param name="launchProfileName">Its name.</param>
public sealed class DefaultLaunchProfileAnnotation(string launchProfileName) : IResourceAnnotation
{
    /// <summary>Its name.</summary>
    public string LaunchProfileName { get; } = launchProfileName;
}
