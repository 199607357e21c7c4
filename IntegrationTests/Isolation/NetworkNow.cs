using CliWrap.Exceptions;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The network as it is at the end of a test that failed, held against what is declared.</summary>
internal static class NetworkNow
{
    private const int Most = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Shows what is not as declared, with a picture of all pairs. That everything is as declared is one line.</summary>
    public static async Task ShowAsync(Stack stack, TestContext context, string name)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var observed = new ObservedStack(stack.Application);
            await using var lab = await Lab.OpenAsync(observed, limit.Token);
            var found = await ReachabilityCheck.RunAsync(observed, lab, withDetours: false, limit.Token);
            if (found.All.Count == 0)
            {
                context.WriteLine("Network: all containers reach what is declared and nothing else.");
                return;
            }

            context.WriteLine($"Network: {found.All.Count} not as declared{Environment.NewLine}{string.Join(Environment.NewLine, found.All.Take(Most))}{(found.All.Count > Most ? $"{Environment.NewLine}…" : string.Empty)}");
            (found with { Report = string.Empty }).Show(context, name);
        }
        catch (Exception exception) when (exception is OperationCanceledException or DistributedApplicationException or StackException or AssertFailedException or CommandExecutionException or InvalidOperationException or KeyNotFoundException or IOException)
        {
            // Where a container is gone there is nothing to ask from; the failure itself is what counts.
            context.WriteLine($"Network: could not be looked at: {exception.Message}");
        }
    }
}
