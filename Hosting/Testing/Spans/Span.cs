using System.Diagnostics;

namespace XoeNovAi.Hosting.Testing.Spans;

/// <summary>A span as the dashboard has received it.</summary>
/// <param name="TraceId">The trace it belongs to.</param>
/// <param name="SpanId">Its id.</param>
/// <param name="ParentId">The span it is part of; empty for a root.</param>
/// <param name="Service">Who sent it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="IsError">Whether it says that it failed.</param>
/// <param name="Start">When it began, by the clock of who sent it.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Attributes">Its attributes, as text.</param>
public sealed record Span(
    string TraceId,
    string SpanId,
    string ParentId,
    string Service,
    string Name,
    ActivityKind Kind,
    bool IsError,
    DateTimeOffset Start,
    TimeSpan Duration,
    IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset End => Start + Duration;

    /// <summary>The time from its end to the beginning of another; negative when that begins earlier. The clocks are those of their senders.</summary>
    /// <param name="next">The one that begins.</param>
    public TimeSpan Until(Span next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next.Start - End;
    }

    /// <summary>Who sent it, what it is called, its kind, and whether it failed.</summary>
    public override string ToString() => $"{Service} '{Name}' {Kind}{(IsError ? " error" : string.Empty)}";
}
