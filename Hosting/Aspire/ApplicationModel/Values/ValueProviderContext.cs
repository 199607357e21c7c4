namespace Aspire.Hosting.ApplicationModel;

/// <summary>The place a value is looked at from.</summary>
public class ValueProviderContext
{
    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext? ExecutionContext { get; init; }

    /// <summary>The resource that wants the value.</summary>
    public IResource? Caller { get; init; }

    /// <summary>The network the value is used on; by default the caller's: a container's network for containers, the host's for all others.</summary>
    public NetworkIdentifier? Network { get; init; }
}
