using System.Threading.Channels;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Lifetime;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.Rag.Resilience;

/// <summary>Tells on the stream of alerts that a breaker has opened. Nobody waits for it, and it waits for a Redis that does not take it; of more than there is room for the newest are kept.</summary>
internal sealed class Alerts(StreamPublisher streams, ServiceIdentity identity, TimeProvider time, ILogger<Alerts> logger) : SupervisedService(time, logger)
{
    private const string Stream = "xnai:alerts";
    private const int Most = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Alert> _raised = Channel.CreateBounded<Alert>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>A breaker has opened.</summary>
    /// <param name="breaker">Its name.</param>
    public void Raise(string breaker)
    {
        logger.LogWarning("The breaker of {Breaker} has opened", breaker);
        _raised.Writer.TryWrite(new(Guid.NewGuid(), breaker, Time.GetUtcNow()));
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await foreach (var alert in _raised.Reader.ReadAllAsync(stoppingToken))
        {
            for (var isFirst = true; !await TellAsync(alert, isFirst, stoppingToken); isFirst = false)
            {
                await Task.Delay(Pause, Time, stoppingToken);
            }
        }
    }

    private async Task<bool> TellAsync(Alert alert, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            await streams.PublishAsync(Stream,
                [
                    new("type", "breaker_open"), new("alert_id", alert.Id.ToString()), new("source", $"{identity.Service}-{identity.Instance}"),
                    new("subject", alert.Breaker), new("severity", "warning"), new("raised_at", alert.RaisedAt.ToString("O")),
                ], cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            if (isFirst)
            {
                logger.LogWarning("The alert of {Breaker} waits for {Stream}: {Reason}", alert.Breaker, Stream, exception.Message);
            }

            return false;
        }
    }

    private sealed record Alert(Guid Id, string Breaker, DateTimeOffset RaisedAt);
}
