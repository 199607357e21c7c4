using Polly;
using Polly.CircuitBreaker;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Forwarding;

namespace XoeNovAi.Gateway.Breakers;

/// <summary>The circuit breaker of one instance.</summary>
internal sealed class DestinationBreaker
{
    private readonly ResiliencePipeline<ForwardingResult> _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();

    public DestinationBreaker(string service, string destination, BreakerOptions options, TimeProvider time, ILogger logger)
    {
        Service = service;
        Destination = destination;
        Options = options;
        _pipeline = new ResiliencePipelineBuilder<ForwardingResult> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ForwardingResult>
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumRequests,
                SamplingDuration = options.Window,
                BreakDuration = options.Break,
                StateProvider = _state,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is ForwardingResult.Unanswered or ForwardingResult.Unreachable),
                OnOpened = _ => Log(logger, "open"),
                OnHalfOpened = _ => Log(logger, "half open"),
                OnClosed = _ => Log(logger, "closed"),
            })
            .Build();
    }

    public string Service { get; }

    public string Destination { get; }

    public BreakerOptions Options { get; }

    public CircuitState State => _state.CircuitState;

    /// <summary>Forwards a request unless the breaker is open.</summary>
    /// <returns>What Polly says when it is.</returns>
    public async ValueTask<BrokenCircuitException?> ForwardAsync(RequestDelegate next, HttpContext context)
    {
        var resilience = ResilienceContextPool.Shared.Get(CancellationToken.None);
        var attempt = new ForwardingAttempt(next, context);
        try
        {
            var outcome = State == CircuitState.Closed
                ? await _pipeline.ExecuteOutcomeAsync(static (_, state) => ToTheEndAsync(state), resilience, attempt)
                : await _pipeline.ExecuteOutcomeAsync(static (_, state) => ToTheHeadersAsync(state), resilience, attempt);
            await attempt.Forwarding;
            return outcome.Exception as BrokenCircuitException;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(resilience);
        }
    }

    private static async ValueTask<Outcome<ForwardingResult>> ToTheEndAsync(ForwardingAttempt attempt)
    {
        await attempt.StartAsync();
        return Outcome.FromResult(ForwardingResults.Of(attempt.Context));
    }

    // The request that tries whether the instance is well may be a socket that lasts for hours: its headers are proof enough.
    private static async ValueTask<Outcome<ForwardingResult>> ToTheHeadersAsync(ForwardingAttempt attempt)
    {
        var headers = attempt.HeadersAsync();
        var forwarding = attempt.StartAsync();
        return await Task.WhenAny(forwarding, headers) == forwarding
            ? Outcome.FromResult(ForwardingResults.Of(attempt.Context))
            : Outcome.FromResult(ForwardingResult.Answered);
    }

    private ValueTask Log(ILogger logger, string state)
    {
        logger.LogWarning("The breaker of {Destination} of {Service} is {State}", Destination, Service, state);
        return ValueTask.CompletedTask;
    }
}
