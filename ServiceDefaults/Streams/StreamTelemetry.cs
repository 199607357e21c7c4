using System.Diagnostics;

namespace XoeNovAi.ServiceDefaults.Streams;

internal static class StreamTelemetry
{
    public const string ActivitySourceName = "XoeNovAi.ServiceDefaults.Streams";

    public const string TraceParent = "traceparent";

    public const string TraceState = "tracestate";

    public const string RequestId = "request_id";

    public static ActivitySource Source { get; } = new(ActivitySourceName);

    public static void Describe(this Activity activity, string stream, string operation, string type) =>
        activity.SetTag("messaging.system", "redis")
            .SetTag("messaging.destination.name", stream)
            .SetTag("messaging.operation.name", operation)
            .SetTag("messaging.operation.type", type);
}
