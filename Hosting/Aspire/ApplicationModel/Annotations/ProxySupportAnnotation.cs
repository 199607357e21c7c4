namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says whether a proxy may stand before the resource's endpoints.</summary>
public sealed class ProxySupportAnnotation : IResourceAnnotation
{
    /// <summary>Whether it may.</summary>
    public required bool ProxyEnabled { get; set; }
}
