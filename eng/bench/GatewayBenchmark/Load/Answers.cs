using System.Buffers.Text;

namespace XoeNovAi.GatewayBenchmark.Load;

/// <summary>Finds the end of each answer in what a connection receives, and its status. Only answers with a Content-Length.</summary>
internal sealed class Answers
{
    private const int MinimumHead = 16;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;
    private long _bodyLeft;

    public Memory<byte> Free => _buffer.AsMemory(_length);

    /// <summary>Takes what was received.</summary>
    /// <returns>The status once an answer is complete, otherwise null.</returns>
    /// <exception cref="InvalidDataException">It is no answer that this can read.</exception>
    public int? Received(int count)
    {
        if (_bodyLeft > 0)
        {
            _bodyLeft -= count;
            return Completed();
        }

        _length += count;
        var received = _buffer.AsSpan(0, _length);
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return _length < _buffer.Length ? null : throw new InvalidDataException("The head of an answer is too long.");
        }

        var head = received[..(end + 2)];
        if (head.Length < MinimumHead || !Utf8Parser.TryParse(head[9..], out int status, out _))
        {
            throw new InvalidDataException("An answer has no status.");
        }

        Status = status;
        _bodyLeft = ContentLength(head) - (_length - end - 4);
        _length = 0;
        return Completed();
    }

    private int Status { get; set; }

    private int? Completed() => _bodyLeft switch
    {
        0 => Status,
        > 0 => null,
        _ => throw new InvalidDataException("An answer is longer than it says."),
    };

    private static long ContentLength(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            var line = head[..end];
            if (line.Length > 15 && (line[0] | 0x20) == 'c' && (line[8] | 0x20) == 'l' && line[14] == ':'
                && Utf8Parser.TryParse(line[15..].TrimStart((byte)' '), out long length, out _))
            {
                return length;
            }

            head = head[(end + 2)..];
        }

        throw new InvalidDataException("An answer has no Content-Length.");
    }
}
