using System.Globalization;
using System.Text;

namespace XoeNovAi.Hosting.Testing.Spans;

/// <summary>The trees that were expected and seen, line by line, and what is different.</summary>
internal sealed class TraceComparison
{
    private const int WidestExpected = 90;
    private const int MostLines = 200;
    private const string Wrong = "!";

    private readonly IReadOnlyList<Span> _spans;
    private readonly ILookup<string, Span> _children;
    private readonly bool _othersMayBe;
    private readonly List<(string Mark, string Expected, string Seen)> _lines = [];
    private readonly HashSet<string> _matched = new(StringComparer.Ordinal);
    private int _differences;

    private TraceComparison(IReadOnlyList<Span> spans, bool othersMayBe)
    {
        _spans = spans;
        _othersMayBe = othersMayBe;
        _children = spans.ToLookup(static span => span.ParentId, StringComparer.Ordinal);
    }

    /// <summary>Whether everything is as expected.</summary>
    public bool Holds => _differences == 0;

    /// <summary>Compares a whole trace: nothing else may be in it.</summary>
    public static TraceComparison OfWhole(IReadOnlyList<Span> spans, ExpectedSpan root)
    {
        var comparison = new TraceComparison(spans, othersMayBe: false);
        comparison.Compare([root], comparison._children[string.Empty], isOrdered: false, 0);
        comparison.AddOrphans();
        return comparison;
    }

    /// <summary>Looks for spans anywhere in a trace, each with what must be below it.</summary>
    public static TraceComparison OfParts(IReadOnlyList<Span> spans, IReadOnlyList<ExpectedSpan> parts)
    {
        var comparison = new TraceComparison(spans, othersMayBe: true);
        comparison.Compare(parts, spans, isOrdered: false, 0);
        comparison.AddOrphans();
        return comparison;
    }

    /// <summary>Both trees side by side.</summary>
    public override string ToString()
    {
        var width = Math.Min(WidestExpected, _lines.Select(static line => line.Expected.Length).DefaultIfEmpty(0).Max());
        var text = new StringBuilder().Append("     ").Append("expected".PadRight(width)).AppendLine("   seen");
        foreach (var (mark, expected, seen) in _lines.Take(MostLines))
        {
            text.AppendLine($"  {mark.PadRight(2)} {expected.PadRight(width)}   {seen}".TrimEnd());
        }

        return _lines.Count <= MostLines ? text.ToString() : text.AppendLine(CultureInfo.InvariantCulture, $"     … {_lines.Count - MostLines} more lines").ToString();
    }

    private void Compare(IReadOnlyList<ExpectedSpan> expected, IEnumerable<Span> candidates, bool isOrdered, int depth)
    {
        var left = candidates.OrderBy(static span => span.Start).ToList();
        var indent = new string(' ', depth * 2);
        DateTimeOffset? before = null;

        // Who wants much chooses first, and who may be missing last: what fits them fits others too.
        var taken = expected.Index().OrderBy(static e => e.Item.IsOptional).ThenByDescending(static e => e.Item.Attributes.Count).ToDictionary(static e => e.Index, e => Take(e.Item, left));
        foreach (var (index, wanted) in expected.Index())
        {
            if (taken[index] is not { } found)
            {
                if (!wanted.IsOptional)
                {
                    Add("-", indent + wanted, string.Empty, isDifference: true);
                }

                continue;
            }

            var wrong = wanted.Differences(found).ToList();
            if (isOrdered && found.Start < before)
            {
                wrong.Add("begins before the one above it");
            }

            before = found.Start;
            Add(wrong.Count > 0 ? Wrong : string.Empty, indent + wanted, indent + found, wrong.Count > 0);
            wrong.ForEach(what => Add(string.Empty, string.Empty, $"{indent}  {what}", isDifference: false));
            Compare(wanted.Children, _children[found.SpanId], wanted.IsOrdered, depth + 1);
        }

        if (!_othersMayBe)
        {
            left.ForEach(span => AddSurplus(span, depth));
        }
    }

    // Of several with the same name the one that fits best, itself and below: else two alike would be taken for each other.
    private Span? Take(ExpectedSpan wanted, List<Span> left)
    {
        var found = left.Where(wanted.Names).MinBy(span => wanted.Differences(span).Count() + Lacks(wanted, span));
        if (found is not null)
        {
            left.Remove(found);
            _matched.Add(found.SpanId);
        }

        return found;
    }

    private int Lacks(ExpectedSpan wanted, Span span) =>
        wanted.Children.Count(child => !child.IsOptional && !_children[span.SpanId].Any(seen => child.Names(seen) && !child.Differences(seen).Any()));

    private void AddSurplus(Span span, int depth)
    {
        _matched.Add(span.SpanId);
        Add("+", string.Empty, new string(' ', depth * 2) + span, isDifference: true);
        foreach (var child in _children[span.SpanId].OrderBy(static child => child.Start))
        {
            AddSurplus(child, depth + 1);
        }
    }

    private void AddOrphans()
    {
        var ids = _spans.Select(static span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        foreach (var orphan in _spans.Where(span => span.ParentId.Length > 0 && !ids.Contains(span.ParentId)))
        {
            Add("?", string.Empty, $"{orphan} (its parent {orphan.ParentId} is not there)", isDifference: true);
        }
    }

    private void Add(string mark, string expected, string seen, bool isDifference)
    {
        _lines.Add((mark, expected, seen));
        _differences += isDifference ? 1 : 0;
    }
}
