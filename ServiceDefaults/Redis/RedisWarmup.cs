using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace XoeNovAi.ServiceDefaults.Redis;

/// <summary>Connects before the first request needs it, without making the start wait for it.</summary>
internal sealed class RedisWarmup(RedisClient redis, ILogger<RedisWarmup> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
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
