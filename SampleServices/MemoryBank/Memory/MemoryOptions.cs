namespace XoeNovAi.MemoryBank.Memory;

/// <summary>How memories are kept at hand, from the section <c>Memory</c>.</summary>
internal sealed class MemoryOptions
{
    public const string Section = "Memory";

    /// <summary>How long a copy is read at most: an old one could not be removed while Redis was away, and who replaced its memory may have ended since.</summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(5);
}
