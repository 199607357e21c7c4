using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.Gateway.Tests;

/// <summary>How a socket ends is told to the other side as it was said.</summary>
[TestClass]
public sealed class SocketTests : GatewayTest
{
    private const string Reason = "as it was said";

    [TestMethod]
    [Scenario("STRM-04")]
    [DataRow(1000)]
    [DataRow(1001)]
    [DataRow(1003)]
    [DataRow(1008)]
    [DataRow(1009)]
    [DataRow(1011)]
    [DataRow(3000)]
    [DataRow(3999)]
    [DataRow(4000)]
    [DataRow(4999)]
    public async Task A_close_code_passes_both_ways(int code)
    {
        var heard = new TaskCompletionSource<(int?, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await TestBackend.StartAsync(map: app =>
        {
            app.Map("/listens", context => ListenAsync(context, heard));
            app.Map("/closes", context => CloseAsync(context, code));
        });
        await using var gateway = await TestGateway.StartAsync(backend);
        var buffer = new byte[100];

        using (var socket = await ConnectAsync(gateway, "/listens"))
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, Reason, Cancel);
            Assert.AreEqual((code, Reason), await heard.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel), "caller to service");
        }

        using (var socket = await ConnectAsync(gateway, "/closes"))
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
            Assert.AreEqual(WebSocketMessageType.Close, received.MessageType);
            Assert.AreEqual((code, Reason), ((int?)socket.CloseStatus, socket.CloseStatusDescription), "service to caller");
        }
    }

    private static async Task ListenAsync(HttpContext context, TaskCompletionSource<(int?, string?)> heard)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.ReceiveAsync(new byte[100].AsMemory(), context.RequestAborted);
        heard.TrySetResult(((int?)socket.CloseStatus, socket.CloseStatusDescription));
    }

    private static async Task CloseAsync(HttpContext context, int code)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.CloseAsync((WebSocketCloseStatus)code, Reason, context.RequestAborted);
    }

    private async Task<ClientWebSocket> ConnectAsync(TestGateway gateway, string path)
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        await socket.ConnectAsync(new UriBuilder(new Uri(gateway.Address, path)) { Scheme = "ws" }.Uri, Cancel);
        return socket;
    }
}
