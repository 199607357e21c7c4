namespace Aspire.Hosting.ApplicationModel;

/// <summary>What happens when the resource that is waited for fails.</summary>
public enum WaitBehavior
{
    /// <summary>The wait goes on; the other may be started again.</summary>
    WaitOnResourceUnavailable = 0,

    /// <summary>The wait ends with an error.</summary>
    StopOnResourceUnavailable = 1,
}
