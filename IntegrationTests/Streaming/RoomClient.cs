using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Streaming;

/// <summary>An agent in a room, through the gateway.</summary>
internal sealed class RoomClient : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly ClientWebSocket _socket = new();

    private RoomClient()
    {
    }

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Enters a room; the greeting has been read when this returns.</summary>
    public static Task<RoomClient> EnterAsync(Stack stack, string room, string agent, CancellationToken cancellationToken) => EnterAsync(stack.GatewayAddress, room, agent, cancellationToken);

    /// <summary>The same by any gateway's address.</summary>
    public static async Task<RoomClient> EnterAsync(Uri gateway, string room, string agent, CancellationToken cancellationToken)
    {
        var client = new RoomClient();
        client._socket.Options.Proxy = null;
        await client._socket.ConnectAsync(new UriBuilder(gateway) { Scheme = gateway.Scheme == "https" ? "wss" : "ws", Path = $"/xnai/api/v1/ws/{room}/{agent}" }.Uri, cancellationToken);
        using var connected = await client.ReceiveAsync(cancellationToken);
        Assert.AreEqual("connected", Type(connected));
        Assert.AreEqual(room, connected.RootElement.GetProperty("room").GetString());
        Assert.AreEqual(agent, connected.RootElement.GetProperty("agent_did").GetString());
        return client;
    }

    public static string Type(JsonDocument message) => message.RootElement.GetProperty("type").GetString()!;

    public async Task SendAsync(string message, CancellationToken cancellationToken) => await SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, cancellationToken);

    public async Task SendAsync(byte[] message, WebSocketMessageType type, CancellationToken cancellationToken) => await _socket.SendAsync(message, type, true, cancellationToken);

    /// <summary>The next message; fails when none comes, or the server closes.</summary>
    public async Task<JsonDocument> ReceiveAsync(CancellationToken cancellationToken)
        => JsonDocument.Parse(await NextAsync(cancellationToken) ?? throw new AssertFailedException($"Closed with {_socket.CloseStatus}: {_socket.CloseStatusDescription}"));

    /// <summary>The next message of a type; others are passed over.</summary>
    public async Task<JsonDocument> ReceiveAsync(string type, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken);
            if (Type(message) == type)
            {
                return message;
            }

            message.Dispose();
        }
    }

    /// <summary>Reads until the server closes.</summary>
    public async Task<WebSocketCloseStatus?> ClosedAsync(CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is not null)
        {
        }

        return _socket.CloseStatus;
    }

    /// <summary>Closes and waits for the server's word.</summary>
    public async Task<WebSocketCloseStatus?> CloseAsync(WebSocketCloseStatus status, CancellationToken cancellationToken)
    {
        await _socket.CloseAsync(status, null, cancellationToken);
        return _socket.CloseStatus;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                message.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AssertFailedException($"No message came within {Limit.TotalSeconds:0} s.");
        }
    }
}
