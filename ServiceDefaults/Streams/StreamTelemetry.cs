using System.Diagnostics;

namespace XoeNovAi.ServiceDefaults.Streams;

internal static class StreamTelemetry
{
    public const string ActivitySourceName = "XoeNovAi.ServiceDefaults.Streams";

    public const string TraceParent = "traceparent";

    public const string TraceState = "tracestate";

    public const string RequestIdField = "request_id";

    public static ActivitySource Source { get; } = new(ActivitySourceName);

    public static void Describe(this Activity activity, string stream, string operation, string type) =>
        activity.SetTag("messaging.system", "redis")
            .SetTag("messaging.destination.name", stream)
            .SetTag("messaging.operation.name", operation)
            .SetTag("messaging.operation.type", type);

    /// <summary>Begins the span of a message that is handled: a part of the trace it was sent in.</summary>
    public static Activity? StartProcessing(this StreamMessage message, string group)
    {
        ActivityContext.TryParse(message.Fields.GetValueOrDefault(TraceParent), message.Fields.GetValueOrDefault(TraceState), isRemote: true, out var parent);
        var activity = Source.StartActivity($"process {message.Stream}", ActivityKind.Consumer, parent);
        activity?.Describe(message.Stream, "xreadgroup", "process");
        return activity?.SetTag("messaging.consumer.group.name", group)
            .SetTag("messaging.message.id", message.Id)
            .SetTag(RequestIds.RequestId.Attribute, message.RequestId());
    }

    /// <summary>The id of the request that a message was sent for.</summary>
    /// <returns>Null where there is none: a message may come from anybody on the bus, and an id that no request could have is not one to write into a log, or into a table.</returns>
    public static string? RequestId(this StreamMessage message) =>
        message.Fields.GetValueOrDefault(RequestIdField) is { } id && RequestIds.RequestId.IsValid(id) ? id : null;

    public static void Fail(this Activity activity, Exception exception) =>
        activity.SetTag("error.type", exception.GetType().FullName).AddException(exception).SetStatus(ActivityStatusCode.Error, exception.Message);
}
