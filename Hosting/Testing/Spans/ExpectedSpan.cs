using System.Collections.Immutable;
using System.Diagnostics;

namespace XoeNovAi.Hosting.Testing.Spans;

/// <summary>A span that a trace must have, and what must be below it.</summary>
/// <param name="Service">Who sends it; several when any of them may, such as <c>api-1|api-2</c>.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Children">The spans whose parent it is, in any order unless <see cref="IsOrdered"/>.</param>
public sealed record ExpectedSpan(string Service, string Name, ActivityKind Kind, params ImmutableArray<ExpectedSpan> Children)
{
    /// <summary>Attributes it must have; null as a value stands for any.</summary>
    public ImmutableSortedDictionary<string, string?> Attributes { get; init; } = ImmutableSortedDictionary<string, string?>.Empty;

    /// <summary>Whether it must have failed, or must not; null when either is right.</summary>
    public bool? IsError { get; init; }

    /// <summary>Whether it may be missing.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether its children begin in the order in which they are given.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>The same span with an attribute it must have.</summary>
    /// <param name="attribute">The attribute's name.</param>
    /// <param name="value">Its value; null for any.</param>
    public ExpectedSpan With(string attribute, string? value = null) => this with { Attributes = Attributes.SetItem(attribute, value) };

    /// <summary>The same span, which must say that it failed.</summary>
    public ExpectedSpan Failed() => this with { IsError = true };

    /// <summary>The same span, which must not say that it failed.</summary>
    public ExpectedSpan Succeeded() => this with { IsError = false };

    /// <summary>The same span, which may be missing: what depends on the state of a pool or a cache.</summary>
    public ExpectedSpan Optional() => this with { IsOptional = true };

    /// <summary>The same span, whose children begin in the order in which they are given.</summary>
    public ExpectedSpan InOrder() => this with { IsOrdered = true };

    /// <summary>Who sends it, what it is called, its kind, and what else is known of it.</summary>
    public override string ToString() => $"{Service} '{Name}' {Kind}{(IsError == true ? " error" : string.Empty)}{(IsOptional ? " (optional)" : string.Empty)}";

    internal bool Names(Span span) => span.Name == Name && Service.Split('|').Contains(span.Service, StringComparer.Ordinal);

    /// <summary>What is different about a span with the same name, its children aside.</summary>
    internal IEnumerable<string> Differences(Span span)
    {
        if (span.Kind != Kind)
        {
            yield return $"is {span.Kind} and not {Kind}";
        }

        if (IsError is { } failed && failed != span.IsError)
        {
            yield return failed ? "has not failed" : "has failed";
        }

        foreach (var (name, value) in Attributes)
        {
            if (!span.Attributes.TryGetValue(name, out var seen))
            {
                yield return $"has no {name}; it has {string.Join(", ", span.Attributes.Keys.Order(StringComparer.Ordinal))}";
            }
            else if (value is not null && seen != value)
            {
                yield return $"has {name} '{seen}' and not '{value}'";
            }
        }
    }
}
