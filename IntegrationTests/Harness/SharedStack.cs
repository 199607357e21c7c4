namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>The stack all tests share. A test that breaks it restores it and proves it healthy before it ends.</summary>
internal static class SharedStack
{
    /// <summary>Where backups go; whoever makes some removes them.</summary>
    public static string BackupFolder { get; } = Path.Combine(Path.GetTempPath(), $"xoe-novai-backups-{Environment.ProcessId}");

    // What the tests need beyond the stack as it is: answers that show the request, and switches that make a service sick or slow.
    private static readonly string[] Arguments =
    [
        "--Stack:Echo=true",
        "--Stack:Faults=true",
        "--Stack:Services:rag:Environment:Breakers__LlmBreak=00:00:02",
        "--Stack:Services:rag:Environment:Breakers__CacheBreak=00:00:02",
        "--Stack:Services:curation-worker:Environment:Streams__ClaimAfter=00:00:02",
        "--Stack:Services:rag:Environment:Discovery__Meta__suite=integration",
        "--Stack:Services:gateway:Environment:ReverseProxy__Clusters__oikos__LoadBalancingPolicy=LeastRequests",
        $"--Stack:Data:Backups={BackupFolder}",
    ];

    private static Stack? _current;

    public static Stack Current => _current ?? throw new InvalidOperationException("The shared stack has not been started.");

    public static async Task StartAsync(CancellationToken cancellationToken) => _current = await Stack.StartAsync(Arguments, cancellationToken);

    public static async Task StopAsync()
    {
        if (_current is { } stack)
        {
            _current = null;
            await stack.DisposeAsync();
        }
    }
}
