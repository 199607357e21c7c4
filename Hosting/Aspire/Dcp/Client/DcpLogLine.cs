using System.Globalization;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>One line of output.</summary>
/// <param name="Timestamp">When it was written; null where the stream carries no time.</param>
/// <param name="Text">The line without its end.</param>
internal readonly partial record struct DcpLogLine(DateTimeOffset? Timestamp, string Text)
{
    /// <summary>Splits the time off a line of a stream that was asked for timestamps.</summary>
    public static DcpLogLine Parse(string line)
    {
        var end = line.AsSpan().IndexOfAny(' ', '\t');
        var stamp = end < 0 ? line : line.AsSpan(0, end);
        // Lines of the runtime itself may come without a time: then all of it is text.
        if (stamp.Length < 20 || !TryParseTime(stamp, out var time))
        {
            return new(null, line);
        }

        var text = end < 0 ? "" : line[(end + 1)..];
        // Podman stamps each write to the log, not each line: a line written in pieces has stamps inside.
        // Those are later than the one in front; a time the program itself printed is earlier.
        return new(time, PieceStamp().Replace(text, piece =>
            TryParseTime(piece.ValueSpan[..^1], out var later) && later >= time ? "" : piece.Value));
    }

    private static bool TryParseTime(ReadOnlySpan<char> text, out DateTimeOffset time)
        => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ", RegexOptions.CultureInvariant)]
    private static partial Regex PieceStamp();
}
