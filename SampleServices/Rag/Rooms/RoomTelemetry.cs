using System.Diagnostics;
using System.Text.Json;
using XoeNovAi.ServiceDefaults.RequestIds;

namespace XoeNovAi.Rag.Rooms;

/// <summary>Each message of an agent is a span: in the agent's own trace where the message names one, else in the socket's.</summary>
internal static class RoomTelemetry
{
    public const string TraceParent = "traceparent";

    private static readonly ActivitySource Source = new("XoeNovAi.Rag.Rooms");

    public static Activity? Begin(RoomRequest request)
    {
        var socket = Activity.Current;
        var activity = request.Sender is { } sender
            ? Source.StartActivity("process room message", ActivityKind.Consumer, sender, links: socket is null ? null : [new ActivityLink(socket.Context)])
            : Source.StartActivity("process room message", ActivityKind.Consumer);

        // In another's trace it is nobody's child here, who would hand it on.
        return activity?.SetTag(RequestId.Attribute, socket?.GetTagItem(RequestId.Attribute)).SetTag("messaging.operation.name", request.Type).SetTag("messaging.operation.type", "process");
    }

    /// <summary>Hands the trace on with what comes of a message, to who has shown that he knows of traces.</summary>
    public static void WriteContext(Utf8JsonWriter json, RoomRequest request)
    {
        if (request.Sender is not null && Activity.Current is { Id: { } id, IdFormat: ActivityIdFormat.W3C })
        {
            json.WriteString(TraceParent, id);
        }
    }
}
