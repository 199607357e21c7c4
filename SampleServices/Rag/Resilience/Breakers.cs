using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Faults;

namespace XoeNovAi.Rag.Resilience;

/// <summary>
/// The breakers of the contract: the model's opens at the third failure within 60 s, the cache's at the fifth within 30 s. A
/// half-open one lets a single call through, as Polly has it.
/// </summary>
internal sealed class Breakers
{
    // Polly opens by a share of the calls, the contract by their number: FailureCount lets no failure count before its number is reached.
    private const double AnyShare = 1e-9;
    private const int LeastThroughput = 2;

    private readonly CircuitBreakerStateProvider _llmState = new();
    private readonly CircuitBreakerStateProvider _cacheState = new();

    public Breakers(BreakerOptions options, TimeProvider time)
    {
        Llm = Build(time, _llmState, 3, TimeSpan.FromSeconds(60), options.LlmBreak, static e => e is InjectedFaultException);
        Cache = Build(time, _cacheState, 5, TimeSpan.FromSeconds(30), options.CacheBreak, static e => e is RedisException or TimeoutException);
    }

    public ResiliencePipeline Llm { get; }

    public ResiliencePipeline Cache { get; }

    public bool IsLlmHealthy => _llmState.CircuitState == CircuitState.Closed;

    public bool AreHealthy => IsLlmHealthy && _cacheState.CircuitState == CircuitState.Closed;

    private static ResiliencePipeline Build(TimeProvider time, CircuitBreakerStateProvider state, int failures, TimeSpan within, TimeSpan open, Func<Exception, bool> isFailure)
    {
        var count = new FailureCount(failures, within, time);
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = AnyShare,
                MinimumThroughput = LeastThroughput,
                SamplingDuration = within,
                BreakDuration = open,
                StateProvider = state,
                ShouldHandle = arguments => new(arguments.Outcome.Exception is { } exception && isFailure(exception)
                    && (state.CircuitState != CircuitState.Closed || count.IsReached())),
                OnClosed = _ =>
                {
                    count.Clear();
                    return default;
                },
            })
            .Build();
    }
}
