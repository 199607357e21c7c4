using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>Runs the health checks of what runs: often until they pass, seldom afterwards.</summary>
internal sealed class ResourceHealthMonitor(ResourceNotificationService notifications, ResourceLoggerService loggers, HealthCheckService checks, IDistributedApplicationEventing eventing, IServiceProvider services, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPauseBeforeReady = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseOnceReady = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseWhileSick = TimeSpan.FromSeconds(1);

    /// <summary>Watches all resources until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watched = new Dictionary<string, (CancellationTokenSource Stop, Task Run)>(StringComparer.Ordinal);
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
            {
                var runs = change.Snapshot.State?.Text == KnownResourceStates.Running;
                if (runs && !watched.ContainsKey(change.ResourceId))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    watched[change.ResourceId] = (stop, WatchAsync(change.Resource, change.ResourceId, stop.Token));
                }
                else if (!runs && watched.Remove(change.ResourceId, out var ended))
                {
                    await EndAsync(ended).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (var remaining in watched.Values)
            {
                await EndAsync(remaining).ConfigureAwait(false);
            }
        }
    }

    private static async Task EndAsync((CancellationTokenSource Stop, Task Run) watch)
    {
        await watch.Stop.CancelAsync().ConfigureAwait(false);
        await watch.Run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        watch.Stop.Dispose();
    }

    private async Task WatchAsync(IResource resource, string resourceId, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(static h => h.Key).ToHashSet(StringComparer.Ordinal);
        var ready = false;
        var pause = FirstPause;
        if (keys.Count > 0 && resource is IResourceWithParent { Parent: { } parent } && ResourceExecutor.IsRun(parent))
        {
            // What a part is asked before the whole is ready, such as a database that is created then, it cannot answer.
            await notifications.WaitForResourceAsync(parent.Name, static e => e.Snapshot.IsReady, cancellationToken).ConfigureAwait(false);
        }

        while (!cancellationToken.IsCancellationRequested)
        {
            var healthy = true;
            if (keys.Count > 0)
            {
                var report = await checks.CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken).ConfigureAwait(false);
                healthy = report.Status == HealthStatus.Healthy;
                await PublishAsync(resource, resourceId, report, healthy || ready).ConfigureAwait(false);
            }
            else
            {
                await PublishAsync(resource, resourceId, null, true).ConfigureAwait(false);
            }

            if (healthy && !ready)
            {
                ready = true;
                await AnnounceAsync(resource, cancellationToken).ConfigureAwait(false);

                // The checks' libraries have been compiled; from here on hardly anything is.
                NativeHeap.Trim();
            }

            if (keys.Count == 0)
            {
                return;
            }

            await Task.Delay(ready ? (healthy ? PauseOnceReady : PauseWhileSick) : pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 1.5 > LongestPauseBeforeReady ? LongestPauseBeforeReady : pause * 1.5;
        }
    }

    private async Task AnnounceAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await eventing.PublishAsync(new ResourceReadyEvent(resource, services), EventDispatchBehavior.BlockingConcurrent, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            loggers.GetLogger(resource).LogError(exception, "A subscriber to the readiness of '{Resource}' failed.", resource.Name);
        }

        foreach (var instance in notifications.InstancesOf(resource))
        {
            await notifications.PublishUpdateAsync(resource, instance.ResourceId, static s => s with { IsReady = s.State?.Text == KnownResourceStates.Running }).ConfigureAwait(false);
        }
    }

    private Task PublishAsync(IResource resource, string resourceId, HealthReport? report, bool quiet)
    {
        ImmutableArray<HealthReportSnapshot> reports = report is null
            ? []
            : [.. report.Entries.Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.Message) { LastRunAt = time.GetUtcNow().UtcDateTime })];
        return notifications.PublishUpdateAsync(resource, resourceId, s =>
            // A repeated answer is no news: publishing each would wake every watcher several times a second.
            quiet && s.HealthReports.Select(static r => (r.Name, r.Status)).SequenceEqual(reports.Select(static r => (r.Name, r.Status)))
                ? s
                : s with { HealthReports = reports });
    }
}
