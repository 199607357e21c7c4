using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace XoeNovAi.Consul.Client;

/// <summary>What is tried again until it succeeds, with growing pauses and jitter, so that a whole stack does not come back at the same moment.</summary>
internal static class ConsulRetries
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(2);

    /// <summary>Goes on while Consul is away or refuses.</summary>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="onTrouble">Told of each failure; the number says how many there have been before it since the last success.</param>
    public static ResiliencePipeline UntilAnswered(TimeProvider time, Action<ConsulException, int> onTrouble) => Create(
        time,
        static exception => exception is ConsulException,
        (exception, number) => onTrouble((ConsulException)exception, number));

    /// <summary>
    /// Keeps a loop going. What ends by an exception is a defect: it is logged as an error and begun again, for a service that answers
    /// without one of its loops is worth more than one that has ended.
    /// </summary>
    /// <param name="name">What it is, for the log.</param>
    /// <param name="run">The loop.</param>
    /// <param name="logger">Where its unexpected end is written.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="stopping">Ends it.</param>
    /// <returns>A task that completes when <paramref name="run"/> has ended by itself or by <paramref name="stopping"/>, and never fails.</returns>
    public static async Task KeepAsync(string name, Func<CancellationToken, Task> run, ILogger logger, TimeProvider time, CancellationToken stopping)
    {
        var keep = Create(
            time,
            _ => !stopping.IsCancellationRequested,
            (exception, _) => logger.LogError(exception, "{Name} has ended unexpectedly and begins again", name));
        await keep.ExecuteAsync(async token => await run(token), stopping).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static ResiliencePipeline Create(TimeProvider time, Func<Exception, bool> isRetried, Action<Exception, int> onFailure) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = First,
            MaxDelay = Last,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } exception && isRetried(exception)),
            OnRetry = arguments =>
            {
                onFailure(arguments.Outcome.Exception!, arguments.AttemptNumber);
                return ValueTask.CompletedTask;
            },
        }).Build();
}
