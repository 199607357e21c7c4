using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using XoeNovAi.ServiceDefaults.Consul;

namespace XoeNovAi.ServiceDefaults.Diagnostics;

/// <summary>Answers with the request as it arrived: the target byte for byte, the method and the headers. WebSocket messages come back as they were sent.</summary>
internal static class RequestEcho
{
    /// <summary>The header that asks for it where the service has an answer of its own.</summary>
    public const string Header = "X-Diagnostics-Echo";

    private const int WebSocketBuffer = 16 * 1024;

    public static Task InvokeAsync(HttpContext context) =>
        context.WebSockets.IsWebSocketRequest ? EchoMessagesAsync(context) : EchoRequestAsync(context);

    private static async Task EchoRequestAsync(HttpContext context)
    {
        var request = context.Request;
        // Bodies are limited by what stands in front; here any length is of interest.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        var length = 0L;
        var buffer = new byte[WebSocketBuffer];
        for (int read; (read = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            length += read;
        }

        var discovery = context.RequestServices.GetRequiredService<DiscoveryOptions>();
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.Body);
        json.WriteStartObject();
        json.WriteString("service", discovery.Service);
        json.WriteString("instance", discovery.Instance);
        json.WriteString("method", request.Method);
        json.WriteString("target", context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        json.WriteNumber("body_length", length);
        json.WriteStartObject("headers");
        foreach (var (name, values) in request.Headers)
        {
            json.WriteString(name, values.ToString());
        }

        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static async Task EchoMessagesAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var buffer = new byte[WebSocketBuffer];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), ends.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription, ends.Token);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, ends.Token);
        }
    }
}
