using System.Buffers.Text;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Finds the status line of an answer in bytes as they arrive, and passes over those that only announce one (<c>100</c>, <c>103</c>).</summary>
internal sealed class FinalStatus
{
    // HTTP/1.1 200
    private const int Length = 12;

    private readonly byte[] _line = new byte[Length];
    private int _filled;
    private bool _inHeaders;
    private int _lineEnds;

    /// <summary>The status; 0 until it is known, and for good if what arrives is no HTTP/1.</summary>
    public int Value { get; private set; }

    /// <summary>Whether nothing more is looked for.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Looks at the next bytes.</summary>
    /// <returns>How many of them are up to the end of the status line; -1 if it is not among them.</returns>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && !IsDecided; i++)
        {
            if (_inHeaders)
            {
                Pass(bytes[i]);
            }
            else if (_filled < Length)
            {
                _line[_filled++] = bytes[i];
            }
            else if (bytes[i] == (byte)'\n' && Read())
            {
                return i + 1;
            }
        }

        return -1;
    }

    private bool Read()
    {
        IsDecided = true;
        if (!_line.AsSpan().StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(_line.AsSpan(9), out int status, out var digits) || digits != 3)
        {
            return false;
        }

        if (status is >= 100 and < 200 and not 101)
        {
            IsDecided = false;
            _inHeaders = true;
            _lineEnds = 1;
            _filled = 0;
            return false;
        }

        Value = status;
        return true;
    }

    private void Pass(byte next)
    {
        _lineEnds = next switch
        {
            (byte)'\n' => _lineEnds + 1,
            (byte)'\r' => _lineEnds,
            _ => 0,
        };
        _inHeaders = _lineEnds < 2;
    }
}
