using Polly;

namespace XoeNovAi.Consul.Client;

/// <summary>
/// A question asked again and again, each time answered when something has changed. It follows Consul's rules: an index of 0 is never
/// waited with, one that goes back begins anew, and an answer that keeps coming without end is asked for at a bounded pace.
/// </summary>
/// <typeparam name="T">What is asked for.</typeparam>
internal sealed class BlockingQuery<T>
{
    // So many changes are passed on as they come; who changes more often for long is looked at every Pace.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Ahead = Pace * 50;

    private readonly Func<QueryOptions, CancellationToken, Task<ConsulAnswer<T>>> _ask;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _untilAnswered;
    private DateTimeOffset _paid;
    private ulong _index;
    private bool _isAnew;

    /// <param name="ask">The question.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="onTrouble">Told once when Consul cannot answer; it is asked until it can.</param>
    public BlockingQuery(Func<QueryOptions, CancellationToken, Task<ConsulAnswer<T>>> ask, TimeProvider time, Action<ConsulException> onTrouble)
    {
        _ask = ask;
        _time = time;
        _untilAnswered = ConsulRetries.UntilAnswered(time, (exception, number) =>
        {
            // The next answer may come from a Consul that has lost its state; an index only means something to the one who gave it.
            BeginAnew();
            if (number == 0)
            {
                onTrouble(exception);
            }
        });
    }

    /// <summary>How long Consul waits for a change before it answers all the same.</summary>
    public static TimeSpan Wait { get; } = TimeSpan.FromMinutes(2);

    /// <summary>The next answer: the first at once, others when something has changed, or <paramref name="wait"/> is over.</summary>
    /// <param name="wait">How long it is waited for a change.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer, and whether it may be that of a Consul that has lost what it knew.</returns>
    public async Task<(T Value, bool IsAnew)> NextAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        while (true)
        {
            await KeepPaceAsync(cancellationToken);
            var answer = await _untilAnswered.ExecuteAsync(async token => await _ask(new QueryOptions(_index, wait), token), cancellationToken);
            if (answer.Index < _index)
            {
                BeginAnew();
                continue;
            }

            _index = Math.Max(answer.Index, 1);
            var isAnew = _isAnew;
            _isAnew = false;
            return (answer.Value, isAnew);
        }
    }

    private void BeginAnew()
    {
        _index = 0;
        _isAnew = true;
    }

    private async Task KeepPaceAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        _paid = (_paid > now ? _paid : now) + Pace;
        if (_paid - now > Ahead)
        {
            await Task.Delay(Pace, _time, cancellationToken);
        }
    }
}
