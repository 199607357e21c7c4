using Microsoft.Extensions.Logging;
using OpenTelemetry;
using XoeNovAi.ServiceDefaults.Lifetime;

namespace XoeNovAi.ServiceDefaults.Redis;

/// <summary>Connects before the first request needs it, without making the start wait for it.</summary>
internal sealed class RedisWarmup(RedisClient redis, TimeProvider time, ILogger<RedisWarmup> logger) : SupervisedService(time, logger)
{
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var _ = SuppressInstrumentationScope.Begin();
        var connection = await redis.ConnectAsync(stoppingToken);
        connection.ConnectionFailed += (_, failure) =>
            logger.LogWarning("The connection to redis is lost ({Failure}) and will be made again", failure.FailureType);
        connection.ConnectionRestored += (_, restored) =>
            logger.LogInformation("The {Connection} connection to redis stands again", restored.ConnectionType);
        if (!connection.IsConnected)
        {
            logger.LogWarning("redis does not answer yet; the service goes on without it and keeps trying");
        }
    }
}
