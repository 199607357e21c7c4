namespace XoeNovAi.Rag.Streaming;

/// <summary>How many streams are being sent.</summary>
internal sealed class ActiveStreams
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IDisposable Enter()
    {
        Interlocked.Increment(ref _count);
        return new Leave(this);
    }

    private sealed class Leave(ActiveStreams streams) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref streams._count);
    }
}
