namespace XoeNovAi.Rag.Resilience;

/// <summary>How long a breaker stays open, from the section <c>Breakers</c>.</summary>
internal sealed class BreakerOptions
{
    public const string Section = "Breakers";

    public TimeSpan LlmBreak { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan CacheBreak { get; set; } = TimeSpan.FromSeconds(30);
}
