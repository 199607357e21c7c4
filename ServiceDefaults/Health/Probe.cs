namespace XoeNovAi.ServiceDefaults.Health;

/// <summary>
/// Asks whether something answers, and is over in time whatever that does: what does not end when it is told to is left alone, and
/// asked nothing more until it has ended.
/// </summary>
/// <param name="ask">Asks it; told when the time is over. Fails when it does not answer.</param>
/// <param name="limit">How long an answer may take.</param>
/// <param name="time">The clock of the limit.</param>
public sealed class Probe(Func<CancellationToken, Task> ask, TimeSpan limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<bool> _asking = Task.FromResult(false);

    /// <summary>Whether it answers now. Who asks while a question is under way waits for the answer to that.</summary>
    /// <returns>False when it fails, whatever by, or when the time is over.</returns>
    public async Task<bool> AnswersAsync()
    {
        Task<bool> asking;
        lock (_gate)
        {
            if (_asking.IsCompleted)
            {
                // On another thread: what blocks before it first waits must not hold up who asks.
                _asking = Task.Run(AskAsync);
            }

            asking = _asking;
        }

        await ((Task)asking).WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return asking.IsCompleted && await asking;
    }

    private async Task<bool> AskAsync()
    {
        using var over = new CancellationTokenSource(limit, time);
        try
        {
            await ask(over.Token);
            return true;
        }
#pragma warning disable CA1031 // Whatever it was, it is no answer.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
