using System.Net.Sockets;

namespace XoeNovAi.Hosting.Podman.Tunnels;

/// <summary>A socket in the file system that leads to a port of the host.</summary>
internal sealed class TunnelDoor : IAsyncDisposable
{
    // sun_path of unix(7), with its final zero.
    private const int LongestPath = 107;
    private const int Waiting = 128;
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private readonly CancellationTokenSource _closing = new();
    private readonly Socket _listener;
    private readonly string _host;
    private readonly int _port;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Task _accepting;

    private TunnelDoor(Socket listener, string host, int port, ILogger logger)
    {
        _listener = listener;
        _host = host;
        _port = port;
        _logger = logger;
        _accepting = AcceptAsync(_closing.Token);
    }

    /// <summary>Listens.</summary>
    /// <param name="path">Where the socket is made. Who may enter its folder may connect: a container's users have ids of their own.</param>
    /// <param name="host">The host behind it.</param>
    /// <param name="port">The port behind it.</param>
    /// <param name="logger">Told of a host that does not answer.</param>
    /// <exception cref="DistributedApplicationException">The path is longer than a socket's may be.</exception>
    public static TunnelDoor Open(string path, string host, int port, ILogger logger)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new DistributedApplicationException($"'{path}' is too long for a socket, whose path has at most {LongestPath} bytes. Set XOE_NOVAI_HOME to a folder with a shorter path, and run eng/setup.");
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, Everybody);
            listener.Listen(Waiting);
            return new(listener, host, port, logger);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        List<Task> connections;
        lock (_lock)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var accepted = await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            var connection = ForwardAsync(accepted, cancellationToken);
            lock (_lock)
            {
                _connections.Add(connection);
            }

            _ = connection.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        void Forget(Task ended)
        {
            lock (_lock)
            {
                _connections.Remove(ended);
            }
        }
    }

    private async Task ForwardAsync(Socket near, CancellationToken cancellationToken)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (near)
        {
            try
            {
                await far.ConnectAsync(_host, _port, cancellationToken).ConfigureAwait(false);
                await Task.WhenAll(CopyAsync(near, far, cancellationToken), CopyAsync(far, near, cancellationToken)).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                // Whoever connected sees his connection end, as he would without a tunnel.
                _logger.LogDebug("A connection through the tunnel to {Host}:{Port} ended: {Reason}", _host, _port, exception.Message);
            }
        }
    }

    // The end of one direction is passed on; the other goes on until it ends as well.
    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), cancellationToken).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // A connection that was torn on one side is torn on the other: what still reads there must not wait.
            from.Close();
            to.Close();
            throw;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
