using Microsoft.Extensions.Logging.Abstractions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a callback for arguments works on.</summary>
/// <param name="args">The arguments so far.</param>
/// <param name="resource">The resource they are for.</param>
/// <param name="cancellationToken">Ends the start.</param>
public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    /// <summary>Creates the context without a resource, for callbacks that do not ask for it.</summary>
    /// <param name="args">The arguments so far.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public CommandLineArgsCallbackContext(IList<object> args, CancellationToken cancellationToken = default)
        : this(args, null!, cancellationToken)
    {
    }

    /// <summary>The arguments: texts, or values that may be known only later.</summary>
    public IList<object> Args { get; } = args;

    /// <summary>The resource they are for.</summary>
    public IResource Resource => resource ?? throw new InvalidOperationException("The callback is asked without a resource.");

    /// <summary>Ends the start.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; init; } = new(DistributedApplicationOperation.Run);

    /// <summary>The resource's log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
