using System.Collections.Concurrent;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Whether the consumers of this service get on with their messages.</summary>
public sealed class StreamStatus
{
    private readonly ConcurrentDictionary<string, byte> _held = new(StringComparer.Ordinal);

    /// <summary>Whether none is held up by something else than its messages: a store, or a defect.</summary>
    public bool IsWell => _held.IsEmpty;

    internal void Set(string stream, bool isWell)
    {
        if (isWell)
        {
            _held.TryRemove(stream, out _);
        }
        else
        {
            _held.TryAdd(stream, 0);
        }
    }
}
