namespace XoeNovAi.Gateway.Health;

/// <summary>Counts an instance's answers, window by window.</summary>
internal sealed class AnswerWindow
{
    private readonly Lock _gate = new();
    private long _started;
    private int _requests;
    private int _failures;

    /// <summary>Counts an answer.</summary>
    /// <returns>True if the instance is to be taken out; the count then begins anew.</returns>
    public bool Add(bool failed, HealthOptions options, TimeProvider time)
    {
        lock (_gate)
        {
            if (_requests == 0 || time.GetElapsedTime(_started) > options.Window)
            {
                _started = time.GetTimestamp();
                _requests = 0;
                _failures = 0;
            }

            _requests++;
            _failures += failed ? 1 : 0;
            if (!failed || _requests < options.MinimumRequests || _failures < _requests * options.FailureRatio)
            {
                return false;
            }

            _requests = 0;
            return true;
        }
    }
}
