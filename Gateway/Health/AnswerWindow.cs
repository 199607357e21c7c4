using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Health;

/// <summary>Counts an instance's answers, window by window. As long as a window has few, those of the one before count with them when others are compared with it.</summary>
internal sealed class AnswerWindow
{
    private readonly Lock _gate = new();
    private long _started;
    private int _requests;
    private int _failures;
    private int _requestsBefore;
    private int _failuresBefore;

    /// <summary>Counts an answer.</summary>
    /// <returns>The share of failures if it is enough to take the instance out, else null.</returns>
    public double? Add(bool failed, HealthOptions options, TimeProvider time)
    {
        lock (_gate)
        {
            if (_requests == 0 || Age(time) > options.Window)
            {
                (_requestsBefore, _failuresBefore) = Age(time) <= 2 * options.Window ? (_requests, _failures) : (0, 0);
                _started = time.GetTimestamp();
                _requests = 0;
                _failures = 0;
            }

            _requests++;
            _failures += failed ? 1 : 0;
            return failed && _requests >= options.MinimumRequests && _failures >= _requests * options.FailureRatio ? (double)_failures / _requests : null;
        }
    }

    /// <summary>The share of failures lately; null when nothing was asked.</summary>
    public double? FailureShare(HealthOptions options, TimeProvider time)
    {
        lock (_gate)
        {
            if (_requests == 0 || Age(time) > 2 * options.Window)
            {
                return null;
            }

            var (requests, failures) = _requests >= options.MinimumRequests || Age(time) > options.Window ? (0, 0) : (_requestsBefore, _failuresBefore);
            return (double)(_failures + failures) / (_requests + requests);
        }
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _requests = 0;
            _failures = 0;
        }
    }

    private TimeSpan Age(TimeProvider time) => time.GetElapsedTime(_started);
}
