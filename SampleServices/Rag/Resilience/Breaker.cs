namespace XoeNovAi.Rag.Resilience;

/// <summary>
/// Opens at a number of failures within a time, and after a pause lets as many calls through as may try: when all of them succeed it
/// closes, at the first that fails it opens again. Polly's opens by a share of the calls and lets one try, which is not the contract's.
/// </summary>
/// <param name="failures">How many failures open it.</param>
/// <param name="within">The time they fall into.</param>
/// <param name="pause">How long it stays open.</param>
/// <param name="trials">How many calls may try afterwards.</param>
/// <param name="isFailure">What counts as a failure.</param>
/// <param name="opened">Told each time it opens; must not wait.</param>
/// <param name="time">The time.</param>
internal sealed class Breaker(int failures, TimeSpan within, TimeSpan pause, int trials, Func<Exception, bool> isFailure, Action opened, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _failures = new();
    private State _state;
    private long _opened;
    private int _begun;
    private int _succeeded;

    // Calls that began before the last change say nothing about the state there is now.
    private int _era;

    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _state == State.Closed;
            }
        }
    }

    /// <summary>Makes a call unless the breaker is open.</summary>
    /// <exception cref="BreakerOpenException">It is.</exception>
    public async Task<T> ExecuteAsync<T>(Func<Task<T>> call)
    {
        var era = Enter();
        try
        {
            var result = await call();
            Succeed(era);
            return result;
        }
        catch (Exception exception) when (isFailure(exception))
        {
            Fail(era);
            throw;
        }
        catch
        {
            GiveBack(era);
            throw;
        }
    }

    private int Enter()
    {
        lock (_gate)
        {
            if (_state == State.Open && time.GetElapsedTime(_opened) >= pause)
            {
                Change(State.HalfOpen);
            }

            if (_state == State.Open || (_state == State.HalfOpen && _begun == trials))
            {
                throw new BreakerOpenException();
            }

            _begun++;
            return _era;
        }
    }

    private void Succeed(int era)
    {
        lock (_gate)
        {
            if (era == _era && _state == State.HalfOpen && ++_succeeded == trials)
            {
                Change(State.Closed);
            }
        }
    }

    private void Fail(int era)
    {
        lock (_gate)
        {
            if (era != _era)
            {
                return;
            }

            _failures.Enqueue(time.GetTimestamp());
            while (time.GetElapsedTime(_failures.Peek()) > within)
            {
                _failures.Dequeue();
            }

            if (_state == State.HalfOpen || _failures.Count >= failures)
            {
                _opened = time.GetTimestamp();
                Change(State.Open);
                opened();
            }
        }
    }

    // A call that was cancelled has tried nothing.
    private void GiveBack(int era)
    {
        lock (_gate)
        {
            if (era == _era)
            {
                _begun--;
            }
        }
    }

    private void Change(State state)
    {
        _state = state;
        _era++;
        _begun = 0;
        _succeeded = 0;
        _failures.Clear();
    }
}

/// <summary>A call that was not made because its breaker is open.</summary>
internal sealed class BreakerOpenException() : Exception("The circuit is open.");
