namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>What one does with resources in the dashboard.</summary>
internal sealed class Commands(DistributedApplication application, ResourceLogs logs)
{
    private const int LogTail = 20;

    /// <summary>Starts a resource that has ended, and waits until it is healthy.</summary>
    public Task StartAsync(string resource, CancellationToken cancellationToken) => RunAsync(resource, "resource-start", healthy: true, cancellationToken);

    /// <summary>Stops a resource, and waits until it has ended.</summary>
    public Task StopAsync(string resource, CancellationToken cancellationToken) => RunAsync(resource, "resource-stop", healthy: false, cancellationToken);

    /// <summary>Restarts a resource, and waits until it is healthy.</summary>
    public Task RestartAsync(string resource, CancellationToken cancellationToken) => RunAsync(resource, "resource-restart", healthy: true, cancellationToken);

    /// <summary>Waits until a resource is healthy.</summary>
    public async Task HealthyAsync(string resource, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await application.ResourceNotifications.WaitForResourceHealthyAsync(resource, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AssertFailedException($"'{resource}' was not healthy within {limit.TotalSeconds:0} s; it is {StateOf(resource)}. {await logs.DescribeAsync(resource, LogTail)}");
        }
    }

    /// <summary>Waits until a resource has ended, however that came.</summary>
    public async Task EndedAsync(string resource, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await application.ResourceNotifications.WaitForResourceAsync(resource, KnownResourceStates.TerminalStates, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AssertFailedException($"'{resource}' had not ended within {limit.TotalSeconds:0} s; it is {StateOf(resource)}.");
        }
    }

    private static TimeSpan Limit => TimeSpan.FromSeconds(45);

    private string StateOf(string resource)
        => application.ResourceNotifications.TryGetCurrentState(resource, out var now) ? now.Snapshot.State?.Text ?? "without a state" : "unknown";

    private async Task RunAsync(string resource, string command, bool healthy, CancellationToken cancellationToken)
    {
        var result = await application.ResourceCommands.ExecuteCommandAsync(resource, command, cancellationToken);
        if (!result.Success)
        {
            throw new StackException($"'{command}' of '{resource}' failed: {result.Message ?? "no reason given"}");
        }

        await (healthy ? HealthyAsync(resource, Limit, cancellationToken) : EndedAsync(resource, Limit, cancellationToken));
    }
}
