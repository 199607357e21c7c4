using System.Globalization;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>One line of output.</summary>
/// <param name="Timestamp">When it was written; null where the stream carries no time.</param>
/// <param name="Text">The line without its end.</param>
internal readonly record struct DcpLogLine(DateTimeOffset? Timestamp, string Text)
{
    /// <summary>Splits the time off a line of a stream that was asked for timestamps.</summary>
    public static DcpLogLine Parse(string line)
    {
        var end = line.IndexOf(' ', StringComparison.Ordinal);
        var stamp = end < 0 ? line : line.AsSpan(0, end);
        // Lines of the runtime itself may come without a time: then all of it is text.
        return stamp.Length >= 20 && DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new(time, end < 0 ? "" : line[(end + 1)..])
            : new(null, line);
    }
}
