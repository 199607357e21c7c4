namespace XoeNovAi.IntegrationTests.Harness.Telemetry;

/// <summary>Compares the spans of a trace with those it must have.</summary>
internal static class TraceCheck
{
    private const int MostLines = 60;

    /// <summary>Everything that is different; nothing when the trace is complete and as expected.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<Span> spans, ExpectedSpan root)
    {
        var differences = new List<string>();
        var ids = spans.Select(static s => s.SpanId).ToHashSet(StringComparer.Ordinal);
        differences.AddRange(spans.Where(s => s.ParentId.Length > 0 && !ids.Contains(s.ParentId)).Select(static s => $"orphaned: {s.Service} '{s.Name}'"));
        Compare([.. spans.Where(static s => s.ParentId.Length == 0)], [root], "the trace", spans, differences);
        return differences;
    }

    /// <summary>The spans as a tree, for messages; of a long one the beginning.</summary>
    public static string Describe(IReadOnlyList<Span> spans)
    {
        var ids = spans.Select(static s => s.SpanId).ToHashSet(StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (var top in spans.Where(s => !ids.Contains(s.ParentId)))
        {
            Append(top, 1);
        }

        return lines.Count switch
        {
            0 => "  (no span)",
            > MostLines => string.Join(Environment.NewLine, lines.Take(MostLines).Append($"  … {lines.Count - MostLines} more")),
            _ => string.Join(Environment.NewLine, lines),
        };

        void Append(Span span, int depth)
        {
            lines.Add($"{new string(' ', depth * 2)}{span.Service} '{span.Name}' {span.Kind}{(span.IsError ? " error" : string.Empty)}");
            foreach (var child in spans.Where(s => s.ParentId == span.SpanId))
            {
                Append(child, depth + 1);
            }
        }
    }

    private static void Compare(List<Span> seen, IReadOnlyList<ExpectedSpan> expected, string where, IReadOnlyList<Span> all, List<string> differences)
    {
        foreach (var wanted in expected)
        {
            var found = seen.Find(wanted.Matches);
            if (found is null)
            {
                if (wanted.IsOptional)
                {
                    continue;
                }

                differences.Add($"missing below {where}: {wanted.Service} '{wanted.Name}'");
                continue;
            }

            seen.Remove(found);
            if (found.Kind != wanted.Kind)
            {
                differences.Add($"{found.Service} '{found.Name}' is {found.Kind} and not {wanted.Kind}");
            }

            foreach (var (name, value) in wanted.Attributes)
            {
                if (!found.Attributes.TryGetValue(name, out var actual))
                {
                    differences.Add($"{found.Service} '{found.Name}' has no {name}; it has {string.Join(", ", found.Attributes.Keys)}");
                }
                else if (value is not null && actual != value)
                {
                    differences.Add($"{found.Service} '{found.Name}' has {name} '{actual}' and not '{value}'");
                }
            }

            Compare([.. all.Where(s => s.ParentId == found.SpanId)], wanted.Children, $"{found.Service} '{found.Name}'", all, differences);
        }

        differences.AddRange(seen.Select(s => $"unexpected below {where}: {s.Service} '{s.Name}'"));
    }
}
