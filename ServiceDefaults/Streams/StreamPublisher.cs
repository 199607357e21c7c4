using System.Diagnostics;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Puts messages on Redis streams, with the trace and the request id they belong to.</summary>
/// <param name="redis">Where the streams are.</param>
public sealed class StreamPublisher(RedisClient redis)
{
    private const int MaximumLength = 1000;

    /// <summary>Appends a message. The stream is kept to about its newest 1000.</summary>
    /// <param name="stream">The stream, e.g. <c>xnai:task_updates</c>.</param>
    /// <param name="fields">The message.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>The id Redis gave the message.</returns>
    /// <exception cref="RedisException">Redis is away, too slow, or refuses.</exception>
    public async Task<string> PublishAsync(string stream, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);

        using var activity = StreamTelemetry.Source.StartActivity($"send {stream}", ActivityKind.Producer);
        activity?.Describe(stream, "xadd", "send");
        try
        {
            var entries = fields.Select(field => new NameValueEntry(field.Key, field.Value)).Concat(Context()).ToArray();
            var id = await redis.ExecuteAsync("XADD", database => database.StreamAddAsync(stream, entries,
                maxLength: MaximumLength, useApproximateMaxLength: true), cancellationToken);
            activity?.SetTag("messaging.message.id", id.ToString());
            return id.ToString();
        }
        catch (Exception exception)
        {
            activity?.SetTag("error.type", exception.GetType().FullName).SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }

    private static IEnumerable<NameValueEntry> Context()
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
}
