using System.Runtime.CompilerServices;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;

#pragma warning disable CA1822 // They are called by name, from another process.
namespace Aspire.Hosting.Backchannel;

/// <summary>What <c>aspire run</c> asks of the AppHost it has started.</summary>
internal sealed class RunCalls(ResourceNotificationService notifications, DashboardHost dashboard, BackchannelLog log, IHostApplicationLifetime lifetime)
{
    private static readonly string[] Known = ["baseline.v2"];
    private readonly TaskCompletionSource _unanswerable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends once the command has asked what there will be no answer to: then the connection is to end as well.</summary>
    public Task Unanswerable => _unanswerable.Task;

    public Task<string[]> GetCapabilitiesAsync() => Task.FromResult(Known);

    public async Task<DashboardUrls> GetDashboardUrlsAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return new(dashboard.IsEnabled, (await dashboard.LoginUrlAsync(notifications, cancellationToken).ConfigureAwait(false))?.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The application ends before its dashboard is there. The command would report an answer, whichever it is;
            // when the connection is lost instead, it shows what the AppHost has written last. So none is given before it is.
            _unanswerable.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    public Task NotifyAppHostReadyAsync() => Task.CompletedTask;

    public Task RequestStopAsync()
    {
        lifetime.StopApplication();
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<RunResourceState> GetResourceStatesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await foreach (var change in notifications.WatchAsync(ending.Token).ConfigureAwait(false))
        {
            if (change.Resource.Name != DashboardExecutable.ResourceName)
            {
                yield return new(
                    change.Resource.Name,
                    change.Snapshot.ResourceType,
                    change.Snapshot.State?.Text ?? "Unknown",
                    [.. change.Resource.Annotations.OfType<EndpointAnnotation>().Where(static e => e.AllocatedEndpoint is not null).Select(static e => e.AllocatedEndpoint!.UriString)],
                    change.Snapshot.HealthStatus?.ToString());
            }
        }
    }

    public async IAsyncEnumerable<RunLogEntry> GetAppHostLogEntriesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await foreach (var entry in log.ReadAsync(ending.Token).ConfigureAwait(false))
        {
            yield return entry;
        }
    }
}
