using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>A server written by hand: it reads the head of a request, and then does what no proper server would.</summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Func<Socket, string, CancellationToken, Task> _answer;
    private readonly ConcurrentQueue<string> _heads = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    /// <param name="answer">What it does once it has the head; then the connection is closed, with a reset if something is unread.</param>
    public RawBackend(Func<Socket, string, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>The heads it has received, as Latin-1, with whatever of the bodies came along.</summary>
    public IReadOnlyList<string> Heads => [.. _heads];

    /// <summary>One that gives the same answer to everything.</summary>
    public static RawBackend Saying(string answer) => new(async (socket, _, cancel) =>
    {
        await SendAsync(socket, answer, cancel);
        socket.Shutdown(SocketShutdown.Send);
        await DrainAsync(socket, cancel);
    });

    public static async Task SendAsync(Socket socket, string text, CancellationToken cancellationToken) =>
        await socket.SendAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    /// <summary>Reads until the other side closes.</summary>
    public static async Task<long> DrainAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var total = 0L;
        for (int read; (read = await socket.ReceiveAsync(buffer, cancellationToken)) > 0;)
        {
            total += read;
        }

        return total;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_ended.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            // As servers do: what waits for an acknowledgement would be lost in a close with a reset.
            socket.NoDelay = true;
            var head = new StringBuilder();
            var buffer = new byte[1024];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await socket.ReceiveAsync(buffer, _ended.Token);
                if (read == 0)
                {
                    return;
                }

                head.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }

            _heads.Enqueue(head.ToString());
            await _answer(socket, head.ToString(), _ended.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The gateway has left, or the test is over.
        }
        finally
        {
            socket.Dispose();
        }
    }
}
