using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.MemoryBank.Memory;

/// <summary>Memories read lately. A cache that is away costs time, never a memory.</summary>
internal sealed class MemoryCache(RedisClient redis, MemoryOptions options, ILogger<MemoryCache> logger)
{
    public Task<MemoryContext?> FindAsync(string context, CancellationToken cancellationToken) => TryAsync(
        async () =>
        {
            var value = await redis.ExecuteAsync("GET", database => database.StringGetAsync(Key(context)), cancellationToken);
            return value.IsNull ? null : JsonSerializer.Deserialize(value.ToString(), MemoryJsonContext.Default.MemoryContext);
        });

    public Task StoreAsync(MemoryContext context, CancellationToken cancellationToken) => TryAsync(
        () => redis.ExecuteAsync("SET", database => database.StringSetAsync(Key(context.ContextId), JsonSerializer.Serialize(context, MemoryJsonContext.Default.MemoryContext), options.CacheLifetime), cancellationToken));

    public Task RemoveAsync(string context, CancellationToken cancellationToken) => TryAsync(
        () => redis.ExecuteAsync("DEL", database => database.KeyDeleteAsync(Key(context)), cancellationToken));

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
