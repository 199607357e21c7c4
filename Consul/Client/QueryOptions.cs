namespace XoeNovAi.Consul.Client;

/// <summary>How a question is asked.</summary>
/// <param name="Index">Above 0, the answer comes when something has changed since this index.</param>
/// <param name="Wait">How long Consul waits for that, at most; it adds up to a sixteenth, so that not everybody comes back at once.</param>
/// <param name="Consistency">How sure it makes of the answer.</param>
public readonly record struct QueryOptions(ulong Index = 0, TimeSpan Wait = default, Consistency Consistency = Consistency.Default);

/// <summary>How sure Consul makes of an answer.</summary>
public enum Consistency
{
    /// <summary>The leader answers. In the moment it is replaced, the old one may still give what it knew.</summary>
    Default,

    /// <summary>The leader answers after it has made sure that it still is the leader.</summary>
    Consistent,

    /// <summary>Any server answers, with what it knows, also without a leader.</summary>
    Stale,
}

/// <summary>An answer of Consul, and the index with which the next question waits for a change.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Value">What was asked for.</param>
/// <param name="Index">The index of its last change.</param>
public readonly record struct ConsulAnswer<T>(T Value, ulong Index);
