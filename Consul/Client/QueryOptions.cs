namespace XoeNovAi.Consul.Client;

/// <summary>How a question is asked.</summary>
/// <param name="Index">Above 0, the answer comes when something has changed since this index.</param>
/// <param name="Wait">How long Consul waits for that, at most; it adds up to a sixteenth, so that not everybody comes back at once.</param>
/// <param name="Consistency">How sure it makes of the answer.</param>
public readonly record struct QueryOptions(ulong Index = 0, TimeSpan Wait = default, Consistency Consistency = Consistency.Default);
