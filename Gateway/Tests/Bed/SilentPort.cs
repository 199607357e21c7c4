using System.Net;
using System.Net.Sockets;

namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>An address where nobody answers: attempts to connect are refused, or left waiting.</summary>
internal sealed class SilentPort : IDisposable
{
    private readonly Socket _bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    private SilentPort() => _bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Address => new($"http://{_bound.LocalEndPoint}/");

    /// <summary>One that refuses: bound, so that nobody else takes it, and not listened on.</summary>
    public static SilentPort Closed() => new();

    /// <summary>One that leaves callers waiting, as a machine that is gone does.</summary>
    public static SilentPort Full()
    {
        var port = new SilentPort();
        port._bound.Listen(0);

        // The kernel drops what comes once the queue of those that nobody accepts is full.
        while (port._waiting.TrueForAll(static socket => socket.Connected))
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            port._waiting.Add(socket);
            _ = socket.ConnectAsync(port._bound.LocalEndPoint!).Wait(TimeSpan.FromMilliseconds(200));
        }

        return port;
    }

    public void Dispose()
    {
        _waiting.ForEach(static socket => socket.Dispose());
        _bound.Dispose();
    }
}
