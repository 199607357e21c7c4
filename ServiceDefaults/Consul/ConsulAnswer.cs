namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>An answer of a blocking query, and the index with which the next one waits for a change.</summary>
internal readonly record struct ConsulAnswer<T>(T Value, ulong Index);
