namespace Aspire.Hosting.ApplicationModel;

/// <summary>A health check of the resource.</summary>
/// <param name="key">The name the check is registered by.</param>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    /// <summary>The name the check is registered by.</summary>
    public string Key { get; } = key;
}
