using XoeNovAi.ServiceDefaults.Health;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Whether the worker gets on.</summary>
internal sealed class StoreProbe(RedisClient redis, RowWriter rows, StreamStatus streams, TimeProvider time)
{
    // The contract's 200 ms, less the way.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(150);

    private readonly Probe _redis = new(redis.CheckWriteAsync, Limit, time);

    // Not told when the time is over: each question given up would keep a connection of the pool for as long as PostgreSQL hangs.
    private readonly Probe _postgres = new(_ => rows.ReadyAsync(CancellationToken.None), Limit, time);

    /// <summary>Asks both stores whether they take writes, and the consumers whether they handle messages.</summary>
    public async Task<bool> IsWellAsync() => (await Task.WhenAll(_redis.AnswersAsync(), _postgres.AnswersAsync())).All(static well => well) && streams.IsWell;
}
