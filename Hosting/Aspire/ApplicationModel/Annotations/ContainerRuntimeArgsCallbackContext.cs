namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a callback for the container runtime's arguments works on.</summary>
/// <param name="args">The arguments so far.</param>
/// <param name="cancellationToken">Ends the start.</param>
public sealed class ContainerRuntimeArgsCallbackContext(IList<object> args, CancellationToken cancellationToken = default)
{
    /// <summary>The arguments: texts, or values that may be known only later.</summary>
    public IList<object> Args { get; } = args;

    /// <summary>Ends the start.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}
