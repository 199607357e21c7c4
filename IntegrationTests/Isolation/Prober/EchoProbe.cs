using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace XoeNovAi.Prober;

/// <summary>Sends echo requests from one network, and tells the replies apart by their number.</summary>
internal sealed class EchoProbe : IDisposable
{
    private const byte EchoRequest = 8;
    private const byte EchoReply = 0;
    private const int HeaderLength = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1200);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
    private readonly ushort _id = (ushort)Random.Shared.Next(ushort.MaxValue);
    private readonly TaskCompletionSource[] _replies;

    /// <summary>Makes the socket; to be called on a thread of the network it is to be sent from.</summary>
    /// <param name="count">How many targets there are.</param>
    public EchoProbe(int count)
    {
        _replies = [.. Enumerable.Range(0, count).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
    }

    /// <summary>Reads replies until patience ends.</summary>
    public async Task ReceiveAsync(CancellationToken patience)
    {
        var buffer = new byte[512];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), patience);
                Read(buffer.AsSpan(0, received.ReceivedBytes));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Asks one target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="number">Its number, below the count.</param>
    /// <param name="patience">Ends the wait.</param>
    public async Task<Answer> SendAsync(Target target, int number, CancellationToken patience)
    {
        var reply = _replies[number].Task;
        try
        {
            do
            {
                await _socket.SendToAsync(Request(number), new IPEndPoint(target.Address, 0), patience);
            }
            while (await Task.WhenAny(reply, Task.Delay(Pause, patience)) != reply && !patience.IsCancellationRequested);

            return reply.IsCompleted ? Answer.Open : Answer.None("silence");
        }
        catch (SocketException exception)
        {
            return Answer.None(exception.SocketErrorCode.ToString());
        }
        catch (OperationCanceledException)
        {
            return Answer.None("silence");
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Read(ReadOnlySpan<byte> packet)
    {
        // A raw socket gets the IP header too; its length is in words.
        var message = packet[((packet[0] & 0xf) * sizeof(uint))..];
        if (message.Length >= HeaderLength && message[0] == EchoReply && BinaryPrimitives.ReadUInt16BigEndian(message[4..]) == _id
            && BinaryPrimitives.ReadUInt16BigEndian(message[6..]) is var number && number < _replies.Length)
        {
            _replies[number].TrySetResult();
        }
    }

    private byte[] Request(int number)
    {
        var message = new byte[HeaderLength];
        message[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), _id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)number);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    // RFC 1071: the complement of the sum of all words, carries added in.
    private static ushort Checksum(ReadOnlySpan<byte> message)
    {
        var sum = 0u;
        for (var i = 0; i < message.Length; i += sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(message[i..]);
        }

        return (ushort)~((sum & ushort.MaxValue) + (sum >> 16));
    }
}
