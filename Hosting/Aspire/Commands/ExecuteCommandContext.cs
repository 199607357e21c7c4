namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a command works on.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The application's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }

    /// <summary>The resource, or an instance of it.</summary>
    public required string ResourceName { get; init; }

    /// <summary>The resource's log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Ends the command.</summary>
    public required CancellationToken CancellationToken { get; init; }

    /// <summary>What was given with it.</summary>
    public required InteractionInputCollection Arguments { get; init; }
}
