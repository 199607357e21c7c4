using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace XoeNovAi.Gateway.Errors;

/// <summary>The gateway's own errors as <c>application/problem+json</c>.</summary>
internal static class Problem
{
    private const string ContentType = "application/problem+json";

    public static async Task WriteAsync(HttpContext context, int status, string detail, string? service = null)
    {
        var response = context.Response;
        var body = Create(status, detail, service, context.TraceIdentifier);
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            // Not until the request is aborted: it is when its time is over as well, and then the caller is there to read this.
            await response.Body.WriteAsync(body, CancellationToken.None);
        }
    }

    /// <summary>A problem as the last event of a stream, named <c>error</c> and, in its data, what the services' own are: type and error.</summary>
    public static ReadOnlyMemory<byte> CreateEvent(int status, string detail, string service, string requestId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("event: error\ndata: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteString("error", detail);
            WriteRest(json, status, detail, service, requestId);
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Create(int status, string detail, string? service, string requestId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
        WriteRest(json, status, detail, service, requestId);
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteRest(Utf8JsonWriter json, int status, string detail, string? service, string requestId)
    {
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
        json.WriteNumber("status", status);
        json.WriteString("detail", detail);
        if (service is not null)
        {
            json.WriteString("service", service);
        }

        json.WriteString("request_id", requestId);
        json.WriteEndObject();
    }
}
