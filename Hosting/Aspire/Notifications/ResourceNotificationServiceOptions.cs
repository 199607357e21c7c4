namespace Aspire.Hosting.ApplicationModel;

/// <summary>Settings of <see cref="ResourceNotificationService"/>.</summary>
public sealed class ResourceNotificationServiceOptions
{
    /// <summary>What happens when a resource that is waited for fails. By default the wait goes on.</summary>
    public WaitBehavior DefaultWaitBehavior { get; set; }
}
