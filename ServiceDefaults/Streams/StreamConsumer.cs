using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Consul;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Reads a stream as a member of a group: first what it left unacknowledged, then what is new.</summary>
internal sealed class StreamConsumer(
    RedisClient redis,
    StreamSubscription subscription,
    IStreamHandler handler,
    TimeProvider time,
    ILogger<StreamConsumer> logger) : BackgroundService
{
    private const int Batch = 10;
    private const string OwnPending = "0";
    private const string New = ">";
    private const string DeadLetters = "xnai:dlq:";

    private static readonly TimeSpan Block = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Disposing of the connection is what ends a read that blocks.
        await using var reader = redis.CreateBlocking(Block);
        var backoff = new Backoff(time);
        var position = OwnPending;
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

                var messages = await ReadAsync(reader, position, stoppingToken);
                foreach (var message in messages)
                {
                    await WorkAsync(message, stoppingToken);
                }

                position = messages.Count > 0 && position == OwnPending ? OwnPending : New;
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
                position = OwnPending;
                await backoff.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
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

    private async Task<IReadOnlyList<StreamMessage>> ReadAsync(RedisClient reader, string position, CancellationToken cancellationToken)
    {
        // The library has no blocking read: on a shared connection it would hold up everybody. This connection is not shared.
        var connection = await reader.ConnectAsync(cancellationToken);
        var answer = await connection.GetDatabase().ExecuteAsync(
            "XREADGROUP", "GROUP", subscription.Group, subscription.Consumer,
            "COUNT", Batch.ToString(CultureInfo.InvariantCulture),
            "BLOCK", ((long)Block.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            "STREAMS", subscription.Stream, position).WaitAsync(cancellationToken);
        return answer.IsNull ? [] : [.. Entries(answer).Select(Message)];
    }

    // [[stream, [[id, [name, value, …]], …]]]; the list of fields is nil for a pending message that was trimmed away.
    private static IEnumerable<RedisResult> Entries(RedisResult answer) =>
        ((RedisResult[])answer!).SelectMany(stream => (RedisResult[])stream[1]!);

    private StreamMessage Message(RedisResult entry)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!entry[1].IsNull)
        {
            var values = (RedisValue[])entry[1]!;
            for (var i = 0; i + 1 < values.Length; i += 2)
            {
                fields[values[i].ToString()] = values[i + 1].ToString();
            }
        }

        return new(subscription.Stream, ((RedisValue)entry[0]).ToString(), fields);
    }

    private async Task WorkAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        ActivityContext.TryParse(
            message.Fields.GetValueOrDefault(StreamTelemetry.TraceParent),
            message.Fields.GetValueOrDefault(StreamTelemetry.TraceState), isRemote: true, out var parent);
        using var activity = StreamTelemetry.Source.StartActivity($"process {subscription.Stream}", ActivityKind.Consumer, parent);
        activity?.Describe(subscription.Stream, "xreadgroup", "process");
        activity?.SetTag("messaging.consumer.group.name", subscription.Group)
            .SetTag("messaging.message.id", message.Id)
            .SetTag(RequestIds.RequestId.Attribute, message.Fields.GetValueOrDefault(StreamTelemetry.RequestId));
        try
        {
            await handler.HandleAsync(message, cancellationToken);
        }
        catch (InvalidStreamMessageException exception)
        {
            Fail(activity, exception);
            logger.LogError("Message {Id} on {Stream} goes to the dead letters: {Reason}", message.Id, message.Stream, exception.Message);
            await BuryAsync(message, exception, cancellationToken);
        }
        catch (Exception exception)
        {
            Fail(activity, exception);
            throw;
        }

        await redis.ExecuteAsync("XACK", database => database.StreamAcknowledgeAsync(subscription.Stream, subscription.Group, message.Id), cancellationToken);
    }

    private async Task BuryAsync(StreamMessage message, Exception reason, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("XADD", database => database.StreamAddAsync(DeadLetters + subscription.Stream,
            [
                new("original_id", message.Id), new("reason", reason.Message),
                .. message.Fields.Select(field => new NameValueEntry(field.Key, field.Value)),
            ]), cancellationToken);

    private static void Fail(Activity? activity, Exception exception) =>
        activity?.SetTag("error.type", exception.GetType().FullName).AddException(exception).SetStatus(ActivityStatusCode.Error, exception.Message);
}
