using System.Threading.Channels;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.Rag.Resilience;

/// <summary>Tells on the stream of alerts that a breaker has opened. An alert that cannot be told is in the log; nobody waits for it.</summary>
internal sealed class Alerts(StreamPublisher streams, ServiceIdentity identity, TimeProvider time, ILogger<Alerts> logger) : BackgroundService
{
    private const string Stream = "xnai:alerts";
    private const int Most = 100;
    private readonly Channel<Alert> _raised = Channel.CreateBounded<Alert>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>A breaker has opened.</summary>
    /// <param name="breaker">Its name.</param>
    public void Raise(string breaker)
    {
        logger.LogWarning("The breaker of {Breaker} has opened", breaker);
        _raised.Writer.TryWrite(new(Guid.NewGuid(), breaker, time.GetUtcNow()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var alert in _raised.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await streams.PublishAsync(Stream,
                    [
                        new("type", "breaker_open"), new("alert_id", alert.Id.ToString()), new("source", $"{identity.Service}-{identity.Instance}"),
                        new("subject", alert.Breaker), new("severity", "warning"), new("raised_at", alert.RaisedAt.ToString("O")),
                    ], stoppingToken);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                logger.LogWarning("The alert of {Breaker} is not on {Stream}: {Reason}", alert.Breaker, Stream, exception.Message);
            }
        }
    }

    private sealed record Alert(Guid Id, string Breaker, DateTimeOffset RaisedAt);
}
