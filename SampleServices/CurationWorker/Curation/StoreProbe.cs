using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Whether the worker gets on. One question at a time: while a store hangs, those who ask do not pile up in its pool.</summary>
internal sealed class StoreProbe(RedisClient redis, RowWriter rows, StreamStatus streams, TimeProvider time)
{
    // Together they stay below the contract's 200 ms; a store that is asked longer is given up, so that its return is seen.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<bool> _redis = Task.FromResult(false);
    private Task<bool> _postgres = Task.FromResult(false);

    /// <summary>Asks both stores; what has not answered within the limit is away.</summary>
    public async Task<bool> IsWellAsync()
    {
        Task<bool[]> asked;
        lock (_gate)
        {
            _redis = Ask(_redis, redis.CheckWriteAsync);
            _postgres = Ask(_postgres, rows.ReadyAsync);
            asked = Task.WhenAll(_redis, _postgres);
        }

        try
        {
            return (await asked.WaitAsync(Limit, time)).All(static well => well) && streams.IsWell;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static Task<bool> Ask(Task<bool> before, Func<CancellationToken, Task> ask) => before.IsCompleted ? Task.Run(() => AnswersAsync(ask)) : before;

    private static async Task<bool> AnswersAsync(Func<CancellationToken, Task> ask)
    {
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            await ask(limit.Token);
            return true;
        }
#pragma warning disable CA1031 // Whatever it was, the store is not there.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
