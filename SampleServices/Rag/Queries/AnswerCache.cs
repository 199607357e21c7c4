using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.Rag.Resilience;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.Rag.Queries;

/// <summary>Answers given before. A cache that is away costs time, never an answer.</summary>
internal sealed class AnswerCache(RedisClient redis, Breakers breakers, TimeProvider time, ILogger<AnswerCache> logger)
{
    // A hundred times what Redis takes. Who hangs answers later, or never, and an answer is made sooner.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public async Task<Answer?> FindAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var value = await breakers.Cache.ExecuteAsync(
                () => redis.ExecuteAsync("GET", database => database.StringGetAsync(Key(request)), cancellationToken).WaitAsync(Longest, time, cancellationToken));
            return value.IsNull ? null : JsonSerializer.Deserialize(value.ToString(), RagJsonContext.Default.Answer);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or BreakerOpenException or JsonException)
        {
            logger.LogWarning("Answering without the cache: {Reason}", exception.Message);
            return null;
        }
    }

    public async Task StoreAsync(QueryRequest request, Answer answer, CancellationToken cancellationToken)
    {
        try
        {
            var json = JsonSerializer.Serialize(answer, RagJsonContext.Default.Answer);
            await breakers.Cache.ExecuteAsync(
                () => redis.ExecuteAsync("SET", database => database.StringSetAsync(Key(request), json, Lifetime), cancellationToken).WaitAsync(Longest, time, cancellationToken));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or BreakerOpenException)
        {
            logger.LogWarning("The answer is not cached: {Reason}", exception.Message);
        }
    }

    private static string Key(QueryRequest request)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{request.UseRag}|{request.MaxTokens}|{request.Temperature:R}|{request.TopP:R}|{request.Query}");
        return $"xnai:cache:query:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
