using System.Diagnostics;

namespace XoeNovAi.Load;

/// <summary>Sends what is due, each at its time, whether earlier ones have been answered or not.</summary>
/// <param name="profile">What is due when.</param>
/// <param name="sendAsync">Sends one, told which it is; gives null when it was answered as it should be, else what went otherwise in a few words. What it throws is a failure by the name of its type.</param>
/// <param name="limits">Where it stops.</param>
public sealed class LoadRun(LoadProfile profile, Func<int, CancellationToken, Task<string?>> sendAsync, LoadLimits limits)
{
    /// <summary>What became of a request that was due while too many were on their way: it was not sent, and counts as failed.</summary>
    public const string NotSent = "not sent: too many on their way";

    private int _inFlight;

    /// <summary>How many are on their way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Runs it to its end. All that was sent is waited for, each for its limit at most.</summary>
    /// <param name="result">Takes what is measured, while it runs.</param>
    /// <param name="cancellationToken">Sends no more; what is on its way is waited for.</param>
    public async Task RunAsync(LoadResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);

        // Of the caller's own trace these would make one that nobody can read.
        Activity.Current = null;
        var begin = Stopwatch.GetTimestamp();
        result.Begin();
        var sent = new List<Task>(profile.Requests);
        foreach (var (number, due) in profile.Due().Index())
        {
            if (due - Stopwatch.GetElapsedTime(begin) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            var late = Stopwatch.GetElapsedTime(begin) - due;
            result.Sent(late);
            if (InFlight >= limits.InFlight)
            {
                result.Ended(new(number, due, late, NotSent));
                continue;
            }

            Interlocked.Increment(ref _inFlight);

            // A timer may be a little early: then what it takes counts from when it was sent.
            var counted = late < TimeSpan.Zero ? due + late : due;
            sent.Add(Task.Run(() => SendAsync(number, counted, begin, result), CancellationToken.None));
        }

        await Task.WhenAll(sent);
        result.End();
    }

    private async Task SendAsync(int number, TimeSpan due, long begin, LoadResult result)
    {
        string? failure;
        using var limit = new CancellationTokenSource(limits.Request);
        try
        {
            // A request that does not listen to its limit is left behind: it must not hold up the end.
            failure = await sendAsync(number, limit.Token).WaitAsync(limits.Request + limits.Grace);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            failure = $"no answer within {limits.Request.TotalSeconds:0.###} s";
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException)
        {
            failure = exception is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http ? $"{http.HttpRequestError}" : exception.GetType().Name;
        }

        Interlocked.Decrement(ref _inFlight);
        result.Ended(new(number, due, Stopwatch.GetElapsedTime(begin) - due, failure));
    }
}

/// <summary>Where a load stops.</summary>
public sealed record LoadLimits
{
    /// <summary>The most requests on their way at a time; 1,000 unless told.</summary>
    public int InFlight { get; init; } = 1000;

    /// <summary>How long an answer is waited for; 30 s unless told.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much longer a request that does not listen to the limit is waited for.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}
