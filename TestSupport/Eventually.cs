using System.Diagnostics;

namespace XoeNovAi.TestSupport;

/// <summary>Waits for what the real system does not announce, with a deadline and a message that says what was waited for.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until it holds.</summary>
    /// <param name="awaited">What is waited for, for the message.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="look">Asks the system.</param>
    /// <param name="holds">Whether the answer is the awaited one.</param>
    /// <param name="describe">How the last answer is shown when it never held.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The first answer that held.</returns>
    public static async Task<T> HoldsAsync<T>(string awaited, TimeSpan limit, Func<CancellationToken, Task<T>> look, Func<T, bool> holds, Func<T, string> describe, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await look(cancellationToken);
            if (holds(seen))
            {
                return seen;
            }

            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new AssertFailedException($"{awaited}: not within {limit.TotalSeconds:0.###} s. Last seen: {describe(seen)}");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
