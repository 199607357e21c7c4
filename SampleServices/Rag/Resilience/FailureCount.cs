namespace XoeNovAi.Rag.Resilience;

/// <summary>Whether a number of failures is reached within a time.</summary>
internal sealed class FailureCount(int number, TimeSpan within, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<long> _failures = new();

    /// <summary>Notes a failure.</summary>
    /// <returns>True if it is the last of them.</returns>
    public bool IsReached()
    {
        lock (_lock)
        {
            _failures.Enqueue(time.GetTimestamp());
            while (time.GetElapsedTime(_failures.Peek()) > within)
            {
                _failures.Dequeue();
            }

            return _failures.Count >= number;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _failures.Clear();
        }
    }
}
