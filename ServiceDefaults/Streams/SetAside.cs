namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Messages that were not handled and wait to be tried again, longer each time, so that the others go on meanwhile.</summary>
internal sealed class SetAside(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Whether one of them waits for something else than its own dead end.</summary>
    public bool HasOthersFault => _entries.Values.Any(static e => !e.IsOwn);

    /// <summary>Whether a message's pause is not over yet.</summary>
    public bool IsWaiting(string id) => _entries.TryGetValue(id, out var entry) && time.GetElapsedTime(entry.Since) < entry.Pause;

    /// <summary>
    /// How often a message was tried, as far as this process knows: it does, where Redis could not be told that a try does not count.
    /// </summary>
    public int? TriesOf(string id) => _entries.TryGetValue(id, out var entry) ? entry.Tries : null;

    /// <summary>Puts a message aside.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="tries">How often it was tried, as far as that was its own fault.</param>
    /// <param name="isOwn">Whether it was this time.</param>
    /// <param name="longest">The pause it grows to.</param>
    public void Put(string id, int tries, bool isOwn, TimeSpan longest)
    {
        var pause = _entries.TryGetValue(id, out var before) && !isOwn ? before.Pause * 2 : First;
        _entries[id] = new(tries, isOwn, time.GetTimestamp(), pause < longest ? pause : longest);
    }

    public void Remove(string id) => _entries.Remove(id);

    /// <summary>Forgets those that are nobody's any more, or another consumer's.</summary>
    public void Keep(IReadOnlySet<string> ids)
    {
        foreach (var gone in _entries.Keys.Where(id => !ids.Contains(id)).ToList())
        {
            _entries.Remove(gone);
        }
    }

    private readonly record struct Entry(int Tries, bool IsOwn, long Since, TimeSpan Pause);
}
