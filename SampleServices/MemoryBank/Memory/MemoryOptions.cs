namespace XoeNovAi.MemoryBank.Memory;

/// <summary>How memories are kept at hand, from the section <c>Memory</c>.</summary>
internal sealed class MemoryOptions
{
    public const string Section = "Memory";

    /// <summary>How long a copy is read at most. One that could not be removed when its memory was replaced, as Redis was away, is stale until then.</summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(5);
}
