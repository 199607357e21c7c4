using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Faults;

namespace XoeNovAi.Rag.Resilience;

/// <summary>The breakers of the contract: the model's opens at the third failure within 60 s, the cache's at the fifth within 30 s; three calls may try.</summary>
internal sealed class Breakers(BreakerOptions options, Alerts alerts, TimeProvider time)
{
    private const int Trials = 3;

    public Breaker Llm { get; } = new(3, TimeSpan.FromSeconds(60), options.LlmBreak, Trials, static e => e is InjectedFaultException, () => alerts.Raise("llm"), time);

    public Breaker Cache { get; } = new(5, TimeSpan.FromSeconds(30), options.CacheBreak, Trials, static e => e is RedisException or TimeoutException, () => alerts.Raise("cache"), time);

    public bool AreHealthy => Llm.IsClosed && Cache.IsClosed;
}

/// <summary>How long a breaker stays open, from the section <c>Breakers</c>.</summary>
internal sealed class BreakerOptions
{
    public const string Section = "Breakers";

    public TimeSpan LlmBreak { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan CacheBreak { get; set; } = TimeSpan.FromSeconds(30);
}
