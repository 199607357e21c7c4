using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Consul;
using XoeNovAi.ServiceDefaults.Emergency;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.RequestIds;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>
/// Reads a stream as a member of a group: first what it left unacknowledged, then what is new, and now and then what others left.
/// What has been tried three times goes to the dead letters.
/// </summary>
internal sealed class StreamConsumer(
    RedisClient redis,
    StreamSubscription subscription,
    IStreamHandler handler,
    EmergencyStop emergency,
    TimeProvider time,
    ILogger<StreamConsumer> logger) : BackgroundService
{
    private const int Batch = 10;
    private const int Tries = 3;
    private const string New = ">";
    private const string DeadLetters = "xnai:dlq:";

    private const int MaximumDeadLetters = 1000;

    private static readonly TimeSpan Block = TimeSpan.FromSeconds(5);

    // Before a message that failed is tried again.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private long _claimed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Disposing of the connection is what ends a read that blocks.
        await using var reader = redis.CreateBlocking(Block);
        var backoff = new Backoff(time);
        var hasGroup = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!hasGroup)
                {
                    await EnsureGroupAsync(stoppingToken);
                    hasGroup = true;
                }

                await ClaimAsync(stoppingToken);
                var left = await RetryAsync(stoppingToken);
                foreach (var message in await ReadAsync(reader, left ? Pause : Block, stoppingToken))
                {
                    await WorkAsync(message, stoppingToken);
                }

                backoff.Reset();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was, the messages read stay unacknowledged and are read again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!backoff.InUse)
                {
                    logger.LogWarning("Consuming {Stream} pauses: {Reason}", subscription.Stream, exception.Message);
                }

                hasGroup = false;
                await backoff.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // What a consumer that is gone has left: it becomes this one's own.
    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        if (_claimed != 0 && time.GetElapsedTime(_claimed) < subscription.ClaimAfter / 2)
        {
            return;
        }

        _claimed = time.GetTimestamp();
        var connection = await redis.ConnectAsync(cancellationToken);
        await connection.GetDatabase().StreamAutoClaimIdsOnlyAsync(
            subscription.Stream, subscription.Group, subscription.Consumer, (long)subscription.ClaimAfter.TotalMilliseconds, "0-0", Batch).WaitAsync(cancellationToken);
    }

    // Redis counts how often each message was delivered, so the count outlives a crash that a message itself has caused.
    private async Task<bool> RetryAsync(CancellationToken cancellationToken)
    {
        var database = (await redis.ConnectAsync(cancellationToken)).GetDatabase();
        var pending = await database.StreamPendingMessagesAsync(subscription.Stream, subscription.Group, Batch, subscription.Consumer).WaitAsync(cancellationToken);
        foreach (var entry in pending)
        {
            // Claiming it again counts this delivery.
            var claimed = await database.StreamClaimAsync(subscription.Stream, subscription.Group, subscription.Consumer, 0, [entry.MessageId]).WaitAsync(cancellationToken);
            foreach (var message in claimed.Where(static c => !c.IsNull).Select(Message))
            {
                if (entry.DeliveryCount >= Tries)
                {
                    using var scope = ScopeOf(message);
                    logger.LogError("Message {Id} on {Stream} goes to the dead letters after {Tries} tries", message.Id, message.Stream, entry.DeliveryCount);
                    await BuryAsync(message, entry.DeliveryCount, cancellationToken);
                    await AcknowledgeAsync(message.Id, cancellationToken);
                }
                else
                {
                    await WorkAsync(message, cancellationToken);
                }
            }
        }

        return pending.Length > 0;
    }

    private async Task EnsureGroupAsync(CancellationToken cancellationToken)
    {
        var connection = await redis.ConnectAsync(cancellationToken);
        try
        {
            await connection.GetDatabase().StreamCreateConsumerGroupAsync(subscription.Stream, subscription.Group, StreamPosition.Beginning);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // Another consumer was here first, or this one was here before.
        }
    }

    private async Task<IReadOnlyList<StreamMessage>> ReadAsync(RedisClient reader, TimeSpan block, CancellationToken cancellationToken)
    {
        // The library has no blocking read: on a shared connection it would hold up everybody. This connection is not shared.
        var connection = await reader.ConnectAsync(cancellationToken);
        var answer = await connection.GetDatabase().ExecuteAsync(
            "XREADGROUP", "GROUP", subscription.Group, subscription.Consumer,
            "COUNT", Batch.ToString(CultureInfo.InvariantCulture),
            "BLOCK", ((long)block.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            "STREAMS", subscription.Stream, New).WaitAsync(cancellationToken);
        return [.. StreamReply.Entries(answer).Select(entry => new StreamMessage(subscription.Stream, entry.Id, entry.Fields))];
    }

    private StreamMessage Message(StreamEntry entry)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in entry.Values)
        {
            fields[field.Name.ToString()] = field.Value.ToString();
        }

        return new(subscription.Stream, entry.Id.ToString(), fields);
    }

    private async Task WorkAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        // What has been read by then stays this one's own.
        await emergency.WhenOffAsync(cancellationToken);
        ActivityContext.TryParse(
            message.Fields.GetValueOrDefault(StreamTelemetry.TraceParent),
            message.Fields.GetValueOrDefault(StreamTelemetry.TraceState), isRemote: true, out var parent);
        using var scope = ScopeOf(message);
        using var activity = StreamTelemetry.Source.StartActivity($"process {subscription.Stream}", ActivityKind.Consumer, parent);
        activity?.Describe(subscription.Stream, "xreadgroup", "process");
        activity?.SetTag("messaging.consumer.group.name", subscription.Group)
            .SetTag("messaging.message.id", message.Id)
            .SetTag(RequestId.Attribute, message.Fields.GetValueOrDefault(StreamTelemetry.RequestId));
        try
        {
            await handler.HandleAsync(message, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidStreamMessageException or DbException { IsTransient: false })
        {
            // The message's own fault: it stays unacknowledged and is tried again, the others go on.
            Fail(activity, exception);
            logger.LogWarning("Message {Id} on {Stream} was not handled: {Reason}", message.Id, message.Stream, exception.Message);
            return;
        }
        catch (Exception exception)
        {
            Fail(activity, exception);
            throw;
        }

        await AcknowledgeAsync(message.Id, cancellationToken);
    }

    // A message may come from anybody on the bus: an id that no request could have is not one to write into the log.
    private IDisposable? ScopeOf(StreamMessage message) =>
        message.Fields.GetValueOrDefault(StreamTelemetry.RequestId) is { } id && RequestId.IsValid(id) ? logger.BeginScope(new RequestIdScope(id)) : null;

    private async Task AcknowledgeAsync(string id, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("XACK", database => database.StreamAcknowledgeAsync(subscription.Stream, subscription.Group, id), cancellationToken);

    private async Task BuryAsync(StreamMessage message, int tries, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("XADD", database => database.StreamAddAsync(DeadLetters + subscription.Stream,
            [
                new("original_id", message.Id), new("tries", tries),
                .. message.Fields.Select(field => new NameValueEntry(field.Key, field.Value)),
            ], maxLength: MaximumDeadLetters, useApproximateMaxLength: true), cancellationToken);

    private static void Fail(Activity? activity, Exception exception) =>
        activity?.SetTag("error.type", exception.GetType().FullName).AddException(exception).SetStatus(ActivityStatusCode.Error, exception.Message);
}
