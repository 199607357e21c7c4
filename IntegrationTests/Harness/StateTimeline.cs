using System.Collections.Concurrent;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>What has become of the resources: each change of a state or of health, for the message of a test that failed meanwhile.</summary>
internal sealed class StateTimeline : IAsyncDisposable
{
    private const int Most = 40;
    private readonly ConcurrentQueue<(DateTimeOffset At, string Resource, string State)> _changes = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    public StateTimeline(DistributedApplication application, TimeProvider time) => _watching = WatchAsync(application, time);

    /// <summary>The changes since a moment, a line each.</summary>
    public string Since(DateTimeOffset begin)
    {
        var changes = _changes.Where(c => c.At >= begin).ToList();
        return changes.Count == 0
            ? "No resource changed its state meanwhile."
            : $"The resources meanwhile:{Environment.NewLine}{string.Join(Environment.NewLine, changes.TakeLast(Most).Select(static c => $"  {c.At:HH:mm:ss.fff} {c.Resource} {c.State}"))}";
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task WatchAsync(DistributedApplication application, TimeProvider time)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var change in application.ResourceNotifications.WatchAsync(_end.Token))
        {
            var state = $"{change.Snapshot.State?.Text}{(change.Snapshot.HealthStatus is { } health ? $", {health}" : string.Empty)}";
            if (last.GetValueOrDefault(change.ResourceId) != state)
            {
                last[change.ResourceId] = state;
                _changes.Enqueue((time.GetUtcNow(), change.ResourceId, state));
            }
        }
    }
}
