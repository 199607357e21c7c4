using System.Net.Sockets;

namespace XoeNovAi.Prober;

/// <summary>Sends a datagram, more than once as one may be lost; that nobody listens is told by an ICMP message.</summary>
internal static class UdpProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);
    private static readonly byte[] Datagram = [0];

    /// <inheritdoc cref="TcpProbe.SendAsync"/>
    public static async Task<Answer> SendAsync(Target target, CancellationToken patience)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var received = new byte[1];
        try
        {
            await socket.ConnectAsync(target.Address, target.Port, patience);
            var receiving = socket.ReceiveAsync(received, patience).AsTask();
            do
            {
                await socket.SendAsync(Datagram, patience);
            }
            while (await Task.WhenAny(receiving, Task.Delay(Pause, patience)) != receiving && !patience.IsCancellationRequested);

            await receiving;
            return Answer.Open;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.ConnectionRefused ? Answer.Refused : Answer.None(exception.SocketErrorCode.ToString());
        }
        catch (OperationCanceledException)
        {
            return Answer.None("silence");
        }
    }
}
