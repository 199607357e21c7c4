using System.Diagnostics;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Puts messages on Redis streams, with the trace and the request id they belong to.</summary>
/// <param name="redis">Where the streams are.</param>
public sealed class StreamPublisher(RedisClient redis)
{
    private const int MaximumLength = 1000;

    /// <summary>Appends a message, which is taken when the replicas that are wanted have it. The stream is kept to about its newest 1000.</summary>
    /// <param name="stream">The stream, e.g. <c>xnai:task_updates</c>.</param>
    /// <param name="fields">The message.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>The id Redis gave the message.</returns>
    /// <exception cref="RedisException">Redis is away, too slow, or refuses; or replicas do not confirm it, and then it may be on the stream all the same.</exception>
    public async Task<string> PublishAsync(string stream, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);

        using var activity = StreamTelemetry.Source.StartActivity($"send {stream}", ActivityKind.Producer);
        activity?.Describe(stream, "xadd", "send");
        try
        {
            var id = await AppendAsync(stream, fields.Concat(Context()), cancellationToken);
            activity?.SetTag("messaging.message.id", id.ToString());
            return id.ToString();
        }
        catch (Exception exception)
        {
            activity?.Fail(exception);
            throw;
        }
    }

    /// <summary>Appends a message that waited, with the context it has. What nobody has read yet must not be trimmed for its sake.</summary>
    /// <returns>False when it must wait on: the stream's readers are behind.</returns>
    internal async Task<bool> RelayAsync(string stream, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (await IsBehindAsync(stream, MaximumLength / 2, cancellationToken))
        {
            return false;
        }

        await AppendAsync(stream, fields, cancellationToken);
        return true;
    }

    /// <summary>What ties a message to the trace and the request there are now.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Context()
    {
        if (Activity.Current is { Id: { } id, IdFormat: ActivityIdFormat.W3C } activity)
        {
            yield return new(StreamTelemetry.TraceParent, id);
            if (activity.TraceStateString is { Length: > 0 } state)
            {
                yield return new(StreamTelemetry.TraceState, state);
            }
        }

        if (RequestIds.RequestId.Current is { } requestId)
        {
            yield return new(StreamTelemetry.RequestIdField, requestId);
        }
    }

    private Task<RedisValue> AppendAsync(string stream, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken)
    {
        NameValueEntry[] entries = [.. fields.Select(static field => new NameValueEntry(field.Key, field.Value))];
        return redis.ExecuteConfirmedAsync("XADD", database => database.StreamAddAsync(stream, entries, maxLength: MaximumLength, useApproximateMaxLength: true), cancellationToken);
    }

    // Whether the slowest of its groups has not done more than that; all of it counts where there is no group yet.
    private Task<bool> IsBehindAsync(string stream, int most, CancellationToken cancellationToken) => redis.SendAsync(async database =>
    {
        if (!await database.KeyExistsAsync(stream))
        {
            return false;
        }

        var groups = await database.StreamGroupInfoAsync(stream);
        if (groups.Length == 0)
        {
            return await database.StreamLengthAsync(stream) > most;
        }

        foreach (var group in groups.Where(g => g.Lag is not { } unread || g.PendingMessageCount + unread > most))
        {
            // What Redis 7.0 says is unread is too much after a failover: a replica is told what was read, and does not count it.
            var unread = await database.StreamRangeAsync(stream, $"({group.LastDeliveredId}", count: most + 1);
            if (group.PendingMessageCount + unread.Length > most)
            {
                return true;
            }
        }

        return false;
    }, cancellationToken);
}
