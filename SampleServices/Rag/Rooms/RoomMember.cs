using System.Net.WebSockets;
using System.Threading.Channels;

namespace XoeNovAi.Rag.Rooms;

/// <summary>
/// An agent's socket. What it asks for is answered at the pace it reads; what others send waits in a short queue, and what does
/// not fit is counted instead: a slow reader costs neither memory nor the others' time.
/// </summary>
internal sealed class RoomMember(string room, string agent, WebSocket socket, TimeProvider time)
{
    private const int QueueLength = 16;

    private readonly Channel<ReadOnlyMemory<byte>> _outgoing = Channel.CreateBounded<ReadOnlyMemory<byte>>(QueueLength);
    private int _missed;

    public string Room => room;

    public string Agent => agent;

    /// <summary>Sends an answer; waits while the agent does not read.</summary>
    public ValueTask AnswerAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => _outgoing.Writer.WriteAsync(message, cancellationToken);

    /// <summary>Hands on what another has sent, without waiting.</summary>
    public void Tell(ReadOnlyMemory<byte> message)
    {
        if (!_outgoing.Writer.TryWrite(message))
        {
            Interlocked.Increment(ref _missed);
        }
    }

    /// <summary>Sends what is queued until <see cref="Complete"/>.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            if (Interlocked.Exchange(ref _missed, 0) is > 0 and var missed)
            {
                var lagged = RoomMessage.Create("lagged", time.GetUtcNow(), json => json.WriteNumber("missed", missed));
                await socket.SendAsync(lagged, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            }
        }
    }

    public void Complete() => _outgoing.Writer.TryComplete();
}
