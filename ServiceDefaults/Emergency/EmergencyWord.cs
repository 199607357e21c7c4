using System.Globalization;

namespace XoeNovAi.ServiceDefaults.Emergency;

/// <summary>What was said last, to stop or to go on, and when by Redis' clock.</summary>
/// <param name="Type">Which of the two.</param>
/// <param name="Milliseconds">When, as the ids of a stream have it.</param>
/// <param name="Sequence">Which of those in that millisecond.</param>
internal readonly record struct EmergencyWord(string Type, ulong Milliseconds, ulong Sequence)
{
    public const string Stop = "emergency_stop";
    public const string Resume = "emergency_resume";

    public bool IsStop => Type == Stop;

    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");

    public static bool IsWord(string? type) => type is Stop or Resume;

    /// <summary>A word with the id it has on a stream; null when it is none.</summary>
    public static EmergencyWord? Of(string? type, string? id) =>
        IsWord(type) && id?.Split('-') is [var milliseconds, var sequence]
            && ulong.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && ulong.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new(type!, time, number)
                : null;

    public bool IsAfter(EmergencyWord? other) => other is not { } word || (Milliseconds, Sequence).CompareTo((word.Milliseconds, word.Sequence)) > 0;
}
