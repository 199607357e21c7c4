namespace Aspire.Hosting.Execution;

/// <summary>Runs one kind of resource: containers, or processes.</summary>
internal interface IInstanceEngine
{
    /// <summary>Starts an instance that was never started, or was removed.</summary>
    Task StartAsync(ResourceInstance instance, ResourceConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>Asks a running instance to end, and forces it after its grace.</summary>
    Task StopAsync(ResourceInstance instance, CancellationToken cancellationToken);

    /// <summary>Removes what is left of an instance that has ended.</summary>
    Task RemoveAsync(ResourceInstance instance, CancellationToken cancellationToken);

    /// <summary>What happens to the instances, in order.</summary>
    IAsyncEnumerable<InstanceChange> WatchAsync(CancellationToken cancellationToken);

    /// <summary>The lines an instance has written, each with its time in front.</summary>
    IAsyncEnumerable<(string Content, bool IsErrorMessage)> ReadLogAsync(ResourceInstance instance, bool follow, CancellationToken cancellationToken);
}
