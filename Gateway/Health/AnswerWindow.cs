using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Health;

/// <summary>Counts an instance's answers, window by window.</summary>
internal sealed class AnswerWindow
{
    private readonly Lock _gate = new();
    private long _started;
    private int _requests;
    private int _failures;

    /// <summary>Counts an answer.</summary>
    /// <returns>The share of failures if it is enough to take the instance out, else null.</returns>
    public double? Add(bool failed, HealthOptions options, TimeProvider time)
    {
        lock (_gate)
        {
            if (IsOver(options, time))
            {
                _started = time.GetTimestamp();
                _requests = 0;
                _failures = 0;
            }

            _requests++;
            _failures += failed ? 1 : 0;
            return failed && _requests >= options.MinimumRequests && _failures >= _requests * options.FailureRatio ? Share() : null;
        }
    }

    /// <summary>The share of failures in the current window; null when nothing was asked in it.</summary>
    public double? FailureShare(HealthOptions options, TimeProvider time)
    {
        lock (_gate)
        {
            return IsOver(options, time) ? null : Share();
        }
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _requests = 0;
        }
    }

    private double Share() => (double)_failures / _requests;

    private bool IsOver(HealthOptions options, TimeProvider time) => _requests == 0 || time.GetElapsedTime(_started) > options.Window;
}
