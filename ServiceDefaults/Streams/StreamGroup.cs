using System.Globalization;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>
/// What Redis keeps for a consumer of a group. Its delivery counter is this consumer's count of tries: claiming with <c>RETRYCOUNT</c>
/// sets it, and it stands one higher than the tries, as reading a message is not trying it. There it is part of what is pending: it
/// outlives a crash, goes with the acknowledgement, is the next consumer's after a claim, and can be written when the memory is full.
/// </summary>
internal sealed class StreamGroup(RedisClient redis, StreamSubscription subscription)
{
    private const string New = ">";
    private const string Start = "0-0";
    private const string DeadLetters = "xnai:dlq:";
    private const int MaximumDeadLetters = 1000;
    private const int Batch = 10;
    private const int Page = 100;

    /// <summary>Makes the group where it is missing.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await redis.SendAsync(database => database.StreamCreateConsumerGroupAsync(subscription.Stream, subscription.Group, StreamPosition.Beginning), cancellationToken);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // Another consumer was here first, or this one was here before.
        }
    }

    /// <summary>Makes what a consumer that is gone has left this one's own. By the ids alone: that is no delivery, and counts nothing.</summary>
    /// <returns>What was pending of anybody and is trimmed off the stream: Redis has let it go by that.</returns>
    public async Task<IReadOnlyList<string>> ClaimAsync(CancellationToken cancellationToken)
    {
        var trimmed = new List<string>();
        RedisValue next = Start;
        do
        {
            var from = next;
            var claimed = await redis.SendAsync(
                database => database.StreamAutoClaimIdsOnlyAsync(
                    subscription.Stream, subscription.Group, subscription.Consumer, (long)subscription.ClaimAfter.TotalMilliseconds, from, Page),
                cancellationToken);
            trimmed.AddRange(claimed.DeletedIds.Select(static id => id.ToString()));
            next = claimed.NextStartId;
        }
        while (!next.IsNull && next != Start);
        return trimmed;
    }

    /// <summary>Everything that is pending of this consumer, with its tries.</summary>
    public async Task<IReadOnlyList<(string Id, int Tries)>> PendingAsync(CancellationToken cancellationToken)
    {
        var pending = new List<(string Id, int Tries)>();
        StreamPendingMessageInfo[] page;
        do
        {
            RedisValue from = pending.Count == 0 ? "-" : $"({pending[^1].Id}";
            page = await redis.SendAsync(database => database.StreamPendingMessagesAsync(subscription.Stream, subscription.Group, Page, subscription.Consumer, from), cancellationToken);
            pending.AddRange(page.Select(static entry => (entry.MessageId.ToString(), Math.Max(entry.DeliveryCount - 1, 0))));
        }
        while (page.Length == Page);
        return pending;
    }

    /// <summary>What is new, after a wait.</summary>
    /// <param name="reader">A connection that is not shared: the wait would hold up everybody on it. The library has no such read of its own.</param>
    /// <param name="block">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<StreamMessage>> ReadAsync(RedisClient reader, TimeSpan block, CancellationToken cancellationToken)
    {
        var answer = await reader.SendAsync(
            database => database.ExecuteAsync(
                "XREADGROUP", "GROUP", subscription.Group, subscription.Consumer,
                "COUNT", Batch.ToString(CultureInfo.InvariantCulture),
                "BLOCK", ((long)block.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
                "STREAMS", subscription.Stream, New),
            cancellationToken);
        return [.. StreamReply.Entries(answer).Select(entry => new StreamMessage(subscription.Stream, entry.Id, entry.Fields))];
    }

    /// <summary>Says how often a message was tried.</summary>
    public async Task SetTriesAsync(string id, int tries, CancellationToken cancellationToken) => await ClaimAsync(id, tries, ["JUSTID"], cancellationToken);

    /// <summary>The same, and gives the message; null when it is pending no more, or was trimmed off the stream.</summary>
    public async Task<StreamMessage?> TakeAsync(string id, int tries, CancellationToken cancellationToken)
    {
        var (found, fields) = StreamReply.Messages(await ClaimAsync(id, tries, [], cancellationToken)).SingleOrDefault();
        return found is null ? null : new(subscription.Stream, found, fields);
    }

    /// <summary>A message is done.</summary>
    public async Task AcknowledgeAsync(string id, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("XACK", database => database.StreamAcknowledgeAsync(subscription.Stream, subscription.Group, id), cancellationToken);

    /// <summary>Moves a message to the dead letters, both ends of it at once.</summary>
    public async Task BuryAsync(StreamMessage message, int tries, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("XADD", async database =>
        {
            var transaction = database.CreateTransaction();
            var added = transaction.StreamAddAsync(DeadLetters + subscription.Stream,
                [
                    new("original_id", message.Id), new("tries", tries),
                    .. message.Fields.Select(field => new NameValueEntry(field.Key, field.Value)),
                ], maxLength: MaximumDeadLetters, useApproximateMaxLength: true);
            var acknowledged = transaction.StreamAcknowledgeAsync(subscription.Stream, subscription.Group, message.Id);
            await transaction.ExecuteAsync();
            await acknowledged;
            return await added;
        }, cancellationToken);

    private Task<RedisResult> ClaimAsync(string id, int tries, object[] how, CancellationToken cancellationToken) => redis.SendAsync(
        database => database.ExecuteAsync(
            "XCLAIM", [subscription.Stream, subscription.Group, subscription.Consumer, "0", id, "RETRYCOUNT", (tries + 1).ToString(CultureInfo.InvariantCulture), .. how]),
        cancellationToken);
}
