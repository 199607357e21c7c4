namespace XoeNovAi.Consul.Client;

/// <summary>An answer of Consul, and the index with which the next question waits for a change.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Value">What was asked for.</param>
/// <param name="Index">The index of its last change.</param>
public readonly record struct ConsulAnswer<T>(T Value, ulong Index);
