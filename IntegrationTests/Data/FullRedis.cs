using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>A Redis that has less memory than it uses, of which nothing expires: it answers, and takes no writes. Disposing gives it room.</summary>
internal sealed class FullRedis(ConnectionMultiplexer redis, string most) : IAsyncDisposable
{
    public static async Task<FullRedis> BeginAsync(Stack stack, CancellationToken cancellationToken)
    {
        var options = await stack.RedisAsync(cancellationToken);
        options.AllowAdmin = true;
        var redis = await ConnectionMultiplexer.ConnectAsync(options);
        var most = ((RedisResult[])(await redis.GetDatabase().ExecuteAsync("CONFIG", "GET", "maxmemory"))!)[1].ToString();

        await redis.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");
        return new(redis, most);
    }

    public async ValueTask DisposeAsync()
    {
        await redis.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", most);
        await redis.DisposeAsync();
    }
}
