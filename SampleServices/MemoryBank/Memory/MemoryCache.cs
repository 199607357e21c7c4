using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.MemoryBank.Memory;

/// <summary>Memories read lately. A cache that is away costs time, never a memory.</summary>
internal sealed class MemoryCache(RedisClient redis, MemoryOptions options, TimeProvider time, ILogger<MemoryCache> logger)
{
    // A removal that failed may have left a copy that is old: none of before is believed any more.
    private long _distrusted;

    public Task<MemoryContext?> FindAsync(string context, CancellationToken cancellationToken) => TryAsync(
        async () =>
        {
            var value = await redis.ExecuteAsync("GET", database => database.StringGetAsync(Key(context)), cancellationToken);
            return !value.IsNull && JsonSerializer.Deserialize(value.ToString(), MemoryJsonContext.Default.MemoryCopy) is { } copy && copy.AsOf.UtcTicks > Volatile.Read(ref _distrusted) ? copy.Memory : null;
        });

    /// <summary>Keeps a copy at hand.</summary>
    /// <param name="context">What is remembered.</param>
    /// <param name="asOf">The moment before it was read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task StoreAsync(MemoryContext context, DateTimeOffset asOf, CancellationToken cancellationToken) => TryAsync(
        () => redis.ExecuteAsync("SET", database => database.StringSetAsync(Key(context.ContextId), JsonSerializer.Serialize(new(context, asOf), MemoryJsonContext.Default.MemoryCopy), options.CacheLifetime), cancellationToken));

    public async Task RemoveAsync(string context, CancellationToken cancellationToken)
    {
        var removed = false;
        try
        {
            removed = await TryAsync(
                async () =>
                {
                    await redis.ExecuteAsync("DEL", database => database.KeyDeleteAsync(Key(context)), cancellationToken);
                    return true;
                });
        }
        finally
        {
            if (!removed)
            {
                Volatile.Write(ref _distrusted, time.GetUtcNow().UtcTicks);
            }
        }
    }

    private static string Key(string context) => $"memory_bank:context:{context}";

    private async Task<T?> TryAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or JsonException)
        {
            logger.LogWarning("Remembering without the cache: {Reason}", exception.Message);
            return default;
        }
    }
}

/// <summary>A memory as the cache has it.</summary>
/// <param name="Memory">The memory.</param>
/// <param name="AsOf">The moment before it was read: it is not older.</param>
internal sealed record MemoryCopy(MemoryContext Memory, DateTimeOffset AsOf);

/// <summary>How memories are kept at hand, from the section <c>Memory</c>.</summary>
internal sealed class MemoryOptions
{
    public const string Section = "Memory";

    /// <summary>How long a copy is read at most: an old one could not be removed while Redis was away, and who replaced its memory may have ended since.</summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(5);
}
