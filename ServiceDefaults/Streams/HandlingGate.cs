namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>
/// Lets messages be handled side by side, and one that may have ended the process before alone: else what is in work on other
/// streams when it does so again would be charged with it.
/// </summary>
internal sealed class HandlingGate : IDisposable
{
    // More than there are consumers in one process.
    private const int Places = 64;

    private readonly SemaphoreSlim _places = new(Places, Places);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Waits for its turn.</summary>
    /// <param name="alone">Whether nothing else may be in work beside it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Disposing lets the next in.</returns>
    public async Task<IDisposable> EnterAsync(bool alone, CancellationToken cancellationToken)
    {
        var wanted = alone ? Places : 1;
        var taken = 0;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (; taken < wanted; taken++)
            {
                await _places.WaitAsync(cancellationToken);
            }

            return new Leave(_places, taken);
        }
        catch when (taken > 0)
        {
            _places.Release(taken);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _turn.Dispose();
    }

    private sealed class Leave(SemaphoreSlim places, int taken) : IDisposable
    {
        private int _left = taken;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 0) is > 0 and var left)
            {
                places.Release(left);
            }
        }
    }
}
