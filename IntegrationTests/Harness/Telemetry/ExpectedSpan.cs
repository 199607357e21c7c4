using System.Collections.Immutable;

namespace XoeNovAi.IntegrationTests.Harness.Telemetry;

/// <summary>A span that a trace must have, and what must be below it.</summary>
/// <param name="Service">Who sends it; several when any of them may, such as <c>rag-1|rag-2</c>.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Children">Exactly the spans whose parent it is.</param>
internal sealed record ExpectedSpan(string Service, string Name, SpanKind Kind, params ImmutableArray<ExpectedSpan> Children)
{
    /// <summary>Attributes it must have; null as a value stands for any.</summary>
    public ImmutableDictionary<string, string?> Attributes { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Whether it may be missing: what depends on the state of a pool or a cache.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The same span with an attribute it must have.</summary>
    public ExpectedSpan With(string attribute, string? value = null) => this with { Attributes = Attributes.Add(attribute, value) };

    /// <summary>Whether a span is this one, its children aside.</summary>
    public bool Matches(Span span) => span.Name == Name && Service.Split('|').Contains(span.Service, StringComparer.Ordinal);
}
