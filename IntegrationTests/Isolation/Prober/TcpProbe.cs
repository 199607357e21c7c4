using System.Net.Sockets;

namespace XoeNovAi.Prober;

/// <summary>Opens a connection and closes it.</summary>
internal static class TcpProbe
{
    /// <summary>To be called on a thread of the network it is to be sent from; what is left to do, any thread may do.</summary>
    public static async Task<Answer> SendAsync(Target target, CancellationToken patience)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(target.Address, target.Port, patience);
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
