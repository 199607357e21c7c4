using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Harness.Traffic;

/// <summary>
/// Requests at constant rates, each at its time whether earlier ones have been answered or not, and the history of them. It goes on until
/// it is stopped; every request that was sent is waited for.
/// </summary>
internal sealed class OpenTraffic : IAsyncDisposable
{
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<Sent> _history = new();
    private readonly CancellationTokenSource _stop;
    private readonly Task _sending;

    private OpenTraffic(IEnumerable<TrafficKind> kinds, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _sending = Task.WhenAll(kinds.Select(SendAsync));
    }

    /// <summary>What has been answered so far.</summary>
    public IReadOnlyCollection<Sent> History => _history;

    public static OpenTraffic Start(CancellationToken cancellationToken, params IEnumerable<TrafficKind> kinds) => new(kinds, cancellationToken);

    /// <summary>Waits until so many more have been answered.</summary>
    public Task AnsweredAsync(int more, TimeSpan limit, CancellationToken cancellationToken)
    {
        var before = _history.Count;
        return Eventually.HoldsAsync($"{more} more requests are answered", limit, _ => Task.FromResult(_history.Count - before), count => count >= more, static count => $"{count}", cancellationToken);
    }

    /// <summary>Sends no more, and gives the whole history once all have been answered.</summary>
    public async Task<IReadOnlyList<Sent>> StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        return [.. _history.OrderBy(static s => s.Due)];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task SendAsync(TrafficKind kind)
    {
        // Of the test's own trace they would make one that nobody can read.
        Activity.Current = null;
        var started = TimeProvider.System.GetUtcNow();
        var sent = new List<Task>();
        for (var number = 0; ; number++)
        {
            var due = started + TimeSpan.FromSeconds(number / kind.PerSecond);
            if (due - TimeProvider.System.GetUtcNow() is { Ticks: > 0 } early)
            {
                await Task.Delay(early, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (_stop.IsCancellationRequested)
            {
                break;
            }

            var which = number;
            sent.Add(Task.Run(() => SendOneAsync(kind, which, due), CancellationToken.None));
        }

        await Task.WhenAll(sent);
    }

    private async Task SendOneAsync(TrafficKind kind, int number, DateTimeOffset due)
    {
        var at = TimeProvider.System.GetUtcNow();
        var (instance, outcome) = (string.Empty, string.Empty);
        using var limit = new CancellationTokenSource(RequestLimit);
        try
        {
            (instance, outcome) = await kind.SendAsync(number, limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or WebSocketException or JsonException or UnitTestAssertException)
        {
            outcome = $"{exception.GetType().Name}: {exception.Message}";
        }

        _history.Enqueue(new(kind.Name, due, at, TimeProvider.System.GetUtcNow(), instance, outcome));
    }
}
