namespace XoeNovAi.Gateway.Forwarding;

/// <summary>
/// Server-sent events on their way to the caller. When they are cut between two events, one more is read that says so, and then the end;
/// within an event the exception stays, as what was added would be taken for a part of it.
/// </summary>
/// <param name="inner">The events as they come from the service.</param>
/// <param name="end">Gives the last event for what cut the stream; null when nobody is left to read it.</param>
internal sealed class EventStream(Stream inner, Func<IOException, ReadOnlyMemory<byte>?> end) : ReadOnlyStream
{
    // A blank line and the end of the one before it: CR LF CR LF.
    private const int LongestBoundary = 4;

    private readonly byte[] _last = new byte[LongestBoundary];
    private int _lastLength;
    private ReadOnlyMemory<byte>? _rest;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest is null)
        {
            try
            {
                var read = await inner.ReadAsync(buffer, cancellationToken);
                Remember(buffer.Span[..read]);
                return read;
            }
            catch (IOException exception) when (IsBetweenEvents(_last.AsSpan(0, _lastLength)))
            {
                _rest = end(exception);
                if (_rest is null)
                {
                    throw;
                }
            }
        }

        var rest = _rest.Value;
        var length = Math.Min(buffer.Length, rest.Length);
        rest[..length].CopyTo(buffer);
        _rest = rest[length..];
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Remember(ReadOnlySpan<byte> read)
    {
        if (read.Length >= LongestBoundary)
        {
            read[^LongestBoundary..].CopyTo(_last);
            _lastLength = LongestBoundary;
            return;
        }

        var kept = Math.Min(_lastLength, LongestBoundary - read.Length);
        _last.AsSpan(_lastLength - kept, kept).CopyTo(_last);
        read.CopyTo(_last.AsSpan(kept));
        _lastLength = kept + read.Length;
    }

    private static bool IsBetweenEvents(ReadOnlySpan<byte> last)
    {
        // At the beginning, or behind two ends of lines, each of which may be CR LF, LF or CR.
        if (last.IsEmpty)
        {
            return true;
        }

        var blank = last.EndsWith("\r\n"u8) ? 2 : last[^1] is (byte)'\n' or (byte)'\r' ? 1 : 0;
        return blank > 0 && last.Length > blank && last[^(blank + 1)] is (byte)'\n' or (byte)'\r';
    }
}
