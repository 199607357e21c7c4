using System.Threading.Channels;

namespace XoeNovAi.Consul.Tests.Harness;

/// <summary>What an enumeration that does not end has yielded.</summary>
internal sealed class Watch<T> : IAsyncDisposable
{
    private readonly Channel<T> _seen = Channel.CreateUnbounded<T>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    public Watch(Func<CancellationToken, IAsyncEnumerable<T>> source) => _reading = ReadAsync(source);

    /// <summary>Waits until it yields what is awaited, and gives all since the last time.</summary>
    public async Task<IReadOnlyList<T>> UntilAsync(string awaited, Func<T, bool> holds, TimeSpan limit, Func<T, string> describe, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        var seen = new List<T>();
        try
        {
            while (true)
            {
                seen.Add(await _seen.Reader.ReadAsync(deadline.Token));
                if (holds(seen[^1]))
                {
                    return seen;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AssertFailedException($"{awaited}: not within {limit.TotalSeconds:0} s. Seen: {string.Join("; ", seen.Select(describe))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ReadAsync(Func<CancellationToken, IAsyncEnumerable<T>> source)
    {
        await foreach (var one in source(_stop.Token))
        {
            _seen.Writer.TryWrite(one);
        }
    }
}
