using System.Text;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Lifetime;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.Rag.Rooms;

/// <summary>Makes the rooms of all instances one, by Redis. While that is away each instance has rooms of its own.</summary>
internal sealed class RoomRelay(RedisClient redis, RoomRegistry rooms, ServiceIdentity identity, TimeProvider time, ILogger<RoomRelay> logger) : SupervisedService(time, logger)
{
    private const string Channel = "xnai:rooms";

    // Behind it comes the message as it is sent to the agents.
    private const byte EndOfHeader = (byte)'\n';

    private readonly string _origin = $"{identity.Service}-{identity.Instance}";

    /// <summary>Hands a message to the other instances.</summary>
    public async Task PublishAsync(string room, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        byte[] payload = [.. Encoding.UTF8.GetBytes($"{_origin} {room}"), EndOfHeader, .. message.Span];
        try
        {
            await redis.ExecuteAsync("PUBLISH", database => database.PublishAsync(RedisChannel.Literal(Channel), payload), cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning("A broadcast reaches this instance's agents only: {Reason}", exception.Message);
        }
    }

    protected override Task RunAsync(CancellationToken stoppingToken) => redis.KeepSubscribedAsync(Channel, Hear, Time, stoppingToken);

    private void Hear(ReadOnlyMemory<byte> payload)
    {
        var end = payload.Span.IndexOf(EndOfHeader);
        var header = end < 0 ? [] : Encoding.UTF8.GetString(payload.Span[..end]).Split(' ');
        if (header.Length == 2 && header[0] != _origin)
        {
            rooms.Tell(header[1], payload[(end + 1)..], sender: null);
        }
    }
}
