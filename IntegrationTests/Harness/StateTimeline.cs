using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>A change of a resource.</summary>
/// <param name="At">When it was told.</param>
/// <param name="Resource">The resource, or one instance of it.</param>
/// <param name="State">What it is in from then on.</param>
/// <param name="Health">What its checks say; null when it has none, or is not yet looked at.</param>
internal sealed record StateChange(DateTimeOffset At, IResource Resource, string? State, HealthStatus? Health)
{
    /// <summary>Whether it can be used.</summary>
    public bool IsHealthy => State == KnownResourceStates.Running && Health is HealthStatus.Healthy;

    public override string ToString() => $"{At:HH:mm:ss.fff} {Resource.Name} {State}{(Health is { } health ? $", {health}" : string.Empty)}";
}

/// <summary>What has become of the resources since before they were started: each change of a state or of health.</summary>
internal sealed class StateTimeline : IAsyncDisposable
{
    private const int Most = 40;
    private readonly ConcurrentQueue<StateChange> _changes = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    public StateTimeline(DistributedApplication application, TimeProvider time) => _watching = WatchAsync(application, time);

    /// <summary>All changes so far, in their order.</summary>
    public IReadOnlyList<StateChange> Changes => [.. _changes];

    /// <summary>The changes since a moment, a line each.</summary>
    public string Since(DateTimeOffset begin)
    {
        var changes = _changes.Where(c => c.At >= begin).ToList();
        return changes.Count == 0
            ? "No resource changed its state meanwhile."
            : $"The resources meanwhile:{Environment.NewLine}{string.Join(Environment.NewLine, changes.TakeLast(Most).Select(static c => $"  {c}"))}";
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task WatchAsync(DistributedApplication application, TimeProvider time)
    {
        var last = new Dictionary<string, StateChange>(StringComparer.Ordinal);
        await foreach (var change in application.ResourceNotifications.WatchAsync(_end.Token))
        {
            var now = new StateChange(time.GetUtcNow(), change.Resource, change.Snapshot.State?.Text, change.Snapshot.HealthStatus);
            if (last.GetValueOrDefault(change.ResourceId) is not { } before || (before.State, before.Health) != (now.State, now.Health))
            {
                last[change.ResourceId] = now;
                _changes.Enqueue(now);
            }
        }
    }
}
