using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.Rag.Rooms;

/// <summary><c>WS /ws/{room}/{agent}</c> and <c>GET /ws/stats</c>.</summary>
internal sealed class RoomHandler(
    RoomRegistry rooms, RoomRelay relay, StreamPublisher streams, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<RoomHandler> logger)
{
    private const string Bus = "xnai:agent_bus";
    private const int LargestMessage = 1024 * 1024;

    // The bus keeps about a thousand, and its memory is not for one agent alone.
    private const int LargestTask = 64 * 1024;
    private const int Chunk = 16 * 1024;

    private static readonly TimeSpan CloseLimit = TimeSpan.FromMilliseconds(500);
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    public Task StatsAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(rooms.Stats, RagJsonContext.Default.RoomStats, cancellationToken: context.RequestAborted);

    /// <exception cref="ApiException">It is no WebSocket, or the room or the agent has no valid name.</exception>
    public async Task InvokeAsync(HttpContext context)
    {
        var room = Name(context, "room");
        var agent = Name(context, "agent");
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw ApiException.Validation("upgrade", "A room is entered by WebSocket.");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var member = new RoomMember(room, agent, socket, time);
        await member.AnswerAsync(
            RoomMessage.Create("connected", time.GetUtcNow(), json =>
            {
                json.WriteString("room", room);
                json.WriteString("agent_did", agent);
            }), ends.Token);
        rooms.Add(member);
        var sending = SendAsync(member, ends);
        var receiving = ReceiveAsync(socket, member, ends.Token);
        var (status, reason) = (WebSocketCloseStatus.EndpointUnavailable, "The service stops.");
        try
        {
            // Only the wait ends with the service: a socket whose reading is cancelled cannot say goodbye any more.
            (status, reason) = await receiving.WaitAsync(lifetime.ApplicationStopping);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The service stops, or the agent went without a word.
        }
        finally
        {
            rooms.Remove(member);
            member.Complete();
        }

        await EndAsync(socket, sending, receiving, ends, status, reason);
        await ends.CancelAsync();
        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static string Name(HttpContext context, string part)
    {
        var name = RequestBody.CheckText(part, context.GetRouteValue(part) as string, RoomRequest.LongestName);
        return RoomRequest.IsName(name) ? name : throw ApiException.Validation(part, $"'{part}' must be of letters, digits and . _ : -");
    }

    // What was asked is still answered; an agent that does not read is not waited for.
    private static async Task EndAsync(WebSocket socket, Task sending, Task receiving, CancellationTokenSource ends, WebSocketCloseStatus status, string reason)
    {
        using var limit = new CancellationTokenSource(CloseLimit);
        try
        {
            await sending.WaitAsync(limit.Token);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, reason, limit.Token);
            }

            await receiving.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            await ends.CancelAsync();
        }
    }

    // When nothing can be sent any more, nothing need be received.
    private static async Task SendAsync(RoomMember member, CancellationTokenSource ends)
    {
        try
        {
            await member.SendAsync(ends.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            await ends.CancelAsync();
        }
    }

    private async Task<(WebSocketCloseStatus Status, string Reason)> ReceiveAsync(WebSocket socket, RoomMember member, CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>();
        while (true)
        {
            var received = await socket.ReceiveAsync(message.GetMemory(Chunk), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return (socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription ?? string.Empty);
            }

            message.Advance(received.Count);
            if (received.MessageType == WebSocketMessageType.Binary)
            {
                return (WebSocketCloseStatus.InvalidMessageType, "Messages are text.");
            }

            if (message.WrittenCount > LargestMessage)
            {
                return (WebSocketCloseStatus.MessageTooBig, $"A message has at most {LargestMessage} bytes.");
            }

            if (received.EndOfMessage)
            {
                await member.AnswerAsync(await AnswerAsync(message.WrittenMemory, member, cancellationToken), cancellationToken);

                // A socket that has had a long message once does not keep the memory of it.
                if (message.Capacity > LargestTask)
                {
                    message = new();
                }
                else
                {
                    message.ResetWrittenCount();
                }
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> AnswerAsync(ReadOnlyMemory<byte> message, RoomMember member, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(message, Options);
            var request = RoomRequest.Read(document.RootElement);
            using var activity = RoomTelemetry.Begin(request);
            return request.Type switch
            {
                "ping" => RoomMessage.Create("pong", time.GetUtcNow()),
                "status" => RoomMessage.Create("status_response", time.GetUtcNow(), json =>
                {
                    json.WritePropertyName("stats");
                    JsonSerializer.Serialize(json, rooms.Stats, RagJsonContext.Default.RoomStats);
                }),
                "task" => await TaskAsync(request, member, cancellationToken),
                "broadcast" => await BroadcastAsync(request, member, cancellationToken),
                _ => RoomMessage.Create("warning", time.GetUtcNow(), json => json.WriteString("message", $"There is no message type '{request.Type}'.")),
            };
        }
        catch (JsonException)
        {
            return Error("The message is not valid JSON.");
        }
        catch (FormatException exception)
        {
            return Error(exception.Message);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in a name: JSON lets it through until it is read.
            return Error("The message is not valid text.");
        }
    }

    private ReadOnlyMemory<byte> Error(string message) => RoomMessage.Create("error", time.GetUtcNow(), json => json.WriteString("message", message));

    private async Task<ReadOnlyMemory<byte>> TaskAsync(RoomRequest request, RoomMember member, CancellationToken cancellationToken)
    {
        var payload = request.Payload?.GetRawText() ?? "{}";
        if (Encoding.UTF8.GetByteCount(payload) > LargestTask)
        {
            return Error($"'payload' of a task has at most {LargestTask} bytes.");
        }

        var taken = true;
        try
        {
            await streams.PublishAsync(
                Bus, [new("sender", member.Agent), new("target", request.Target), new("type", "task"), new("payload", payload), new("status", "pending")], cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning("A task is not on {Stream}: {Reason}", Bus, exception.Message);
            taken = false;
        }

        return RoomMessage.Create("task_ack", time.GetUtcNow(), json =>
        {
            json.WriteString("correlation_id", request.CorrelationId);
            json.WriteBoolean("success", taken);
            RoomTelemetry.WriteContext(json, request);
        });
    }

    private async Task<ReadOnlyMemory<byte>> BroadcastAsync(RoomRequest request, RoomMember member, CancellationToken cancellationToken)
    {
        var message = RoomMessage.Create("broadcast", time.GetUtcNow(), json =>
        {
            json.WriteString("sender", member.Agent);
            json.WriteString("room", member.Room);
            if (request.Payload is { } payload)
            {
                json.WritePropertyName("payload");
                payload.WriteTo(json);
            }

            RoomTelemetry.WriteContext(json, request);
        });
        var delivered = rooms.Tell(member.Room, message, member);
        await relay.PublishAsync(member.Room, message, cancellationToken);
        return RoomMessage.Create("broadcast_ack", time.GetUtcNow(), json => json.WriteNumber("delivered", delivered));
    }
}
