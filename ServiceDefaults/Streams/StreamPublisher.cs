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
            activity?.SetTag("error.type", exception.GetType().FullName).SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }

    /// <summary>Appends a message that waited, with the context it has. What nobody has read yet must not be trimmed for its sake.</summary>
    /// <returns>False when it must wait on: the stream's readers are behind.</returns>
    internal async Task<bool> RelayAsync(string stream, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (await BehindAsync(stream, cancellationToken) > MaximumLength / 2)
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
            yield return new(StreamTelemetry.RequestId, requestId);
        }
    }

    private Task<RedisValue> AppendAsync(string stream, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken)
    {
        NameValueEntry[] entries = [.. fields.Select(static field => new NameValueEntry(field.Key, field.Value))];
        return redis.ExecuteConfirmedAsync("XADD", database => database.StreamAddAsync(stream, entries, maxLength: MaximumLength, useApproximateMaxLength: true), cancellationToken);
    }

    // How much of the stream the slowest of its groups has not done; all of it where there is no group yet.
    private Task<long> BehindAsync(string stream, CancellationToken cancellationToken) => redis.SendAsync(async database =>
    {
        if (!await database.KeyExistsAsync(stream))
        {
            return 0;
        }

        var groups = await database.StreamGroupInfoAsync(stream);
        return groups.Length == 0
            ? await database.StreamLengthAsync(stream)
            : groups.Max(static group => group.PendingMessageCount + (group.Lag ?? 0));
    }, cancellationToken);
}
