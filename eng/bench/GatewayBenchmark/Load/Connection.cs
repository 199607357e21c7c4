using System.Net;
using System.Net.Sockets;

namespace XoeNovAi.GatewayBenchmark.Load;

/// <summary>One kept connection that carries one request at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SocketAsyncEventArgs _receiving = new();
    private readonly Answers _answers = new();
    private readonly Action<Connection, int> _answered;
    private readonly Action<Exception> _failed;

    public Connection(Action<Connection, int> answered, Action<Exception> failed)
    {
        _answered = answered;
        _failed = failed;
        _receiving.Completed += (_, _) => Read();
    }

    /// <summary>When the request it carries was due.</summary>
    public long Due { get; private set; }

    public async Task OpenAsync(EndPoint target, CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(target, cancellationToken);
        Receive();
    }

    public void Send(byte[] request, long due)
    {
        Due = due;
        _socket.Send(request);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _receiving.Dispose();
    }

    // Always waiting for the next bytes, so that they are met by the thread that waits for all connections.
    private void Receive()
    {
        _receiving.SetBuffer(_answers.Free);
        if (!_socket.ReceiveAsync(_receiving))
        {
            Read();
        }
    }

    private void Read()
    {
        try
        {
            if (_receiving.SocketError == SocketError.OperationAborted)
            {
                return;
            }

            if (_receiving.SocketError != SocketError.Success || _receiving.BytesTransferred == 0)
            {
                throw new IOException($"The connection was closed ({_receiving.SocketError}).");
            }

            if (_answers.Received(_receiving.BytesTransferred) is { } status)
            {
                _answered(this, status);
            }

            Receive();
        }
        catch (ObjectDisposedException)
        {
            // The run is over.
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidDataException)
        {
            _failed(exception);
        }
    }
}
