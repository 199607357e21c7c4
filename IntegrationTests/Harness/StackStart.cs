using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>Starts an application and waits, by its events, until all of it is healthy.</summary>
internal static class StackStart
{
    private const int LogTail = 20;

    // Images are built in here when they are not there yet.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan HealthyLimit = TimeSpan.FromSeconds(90);

    /// <exception cref="StackException">A resource failed or was not healthy in time.</exception>
    public static async Task RunAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        var expected = application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Where(IsRun).ToList();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(StartLimit);
        var last = new Dictionary<string, ResourceEvent>(StringComparer.Ordinal);
        var healthy = WatchAsync(application, expected, last, ending.Token);
        try
        {
            var starting = application.StartAsync(ending.Token);
            if (await Task.WhenAny(starting, healthy) == starting)
            {
                await starting;
                ending.CancelAfter(HealthyLimit);
            }

            await healthy;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var sick = last.Values.Where(static e => !IsHealthy(e.Snapshot))
                .OrderBy(static e => e.Snapshot.State?.Text == KnownResourceStates.Waiting)
                .ToList();
            var names = sick.Count == 0 ? "not all resources have been seen" : string.Join("; ", sick.Select(static e => Describe(e)));
            throw new StackException($"The stack was not healthy in time: {names}. {await TailAsync(application, sick.FirstOrDefault())}");
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    private static bool IsRun(IResource resource)
        => resource is ContainerResource or ProjectResource or ExecutableResource && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>();

    private static bool IsHealthy(CustomResourceSnapshot snapshot)
        => snapshot.State?.Text == KnownResourceStates.Running && snapshot.HealthStatus == HealthStatus.Healthy;

    private static async Task WatchAsync(DistributedApplication application, List<IResource> expected, Dictionary<string, ResourceEvent> last, CancellationToken cancellationToken)
    {
        await foreach (var change in application.ResourceNotifications.WatchAsync(cancellationToken))
        {
            if (!IsRun(change.Resource))
            {
                continue;
            }

            last[change.ResourceId] = change;
            if (change.Snapshot.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state))
            {
                throw new StackException($"The stack did not start: {Describe(change)}. {await TailAsync(application, change)}");
            }

            if (expected.TrueForAll(r => last.Values.Any(e => e.Resource == r)) && last.Values.All(static e => IsHealthy(e.Snapshot)))
            {
                return;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private static string Describe(ResourceEvent change)
    {
        var report = change.Snapshot.HealthReports.LastOrDefault(static r => r.Status != HealthStatus.Healthy);
        var exit = change.Snapshot.ExitCode is { } code ? $" with exit code {code}" : string.Empty;
        var health = report is null ? string.Empty : $", its check '{report.Name}' says {report.Status}: {report.Description ?? report.ExceptionText ?? "nothing"}";
        return $"'{change.ResourceId}' is {change.Snapshot.State?.Text ?? "unknown"}{exit}{health}";
    }

    private static async Task<string> TailAsync(DistributedApplication application, ResourceEvent? change)
        => change is null ? string.Empty : await ResourceLogs.Of(application).DescribeAsync(change.ResourceId, LogTail);
}
