using System.Text;

namespace XoeNovAi.Hosting.Testing.Spans;

/// <summary>Spans as a tree, for messages.</summary>
internal static class SpanTree
{
    private const int MostLines = 200;

    /// <summary>The spans without those of a service that have a parent; what was below one of them is below its parent.</summary>
    public static IReadOnlyList<Span> WithoutClients(IReadOnlyList<Span> spans, string service)
    {
        var left = spans.Where(span => span.Service == service && span.ParentId.Length > 0).ToDictionary(static span => span.SpanId, static span => span.ParentId, StringComparer.Ordinal);
        return [.. spans.Where(span => !left.ContainsKey(span.SpanId)).Select(span => span with { ParentId = Kept(span.ParentId) })];

        string Kept(string id) => left.TryGetValue(id, out var parent) ? Kept(parent) : id;
    }

    /// <summary>Draws them in the order of their beginnings; what is marked has an arrow before it, an orphan stands at the top.</summary>
    public static string Draw(IReadOnlyList<Span> spans, IReadOnlyCollection<Span> marked)
    {
        var ids = spans.Select(static span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        var children = spans.OrderBy(static span => span.Start).ToLookup(span => ids.Contains(span.ParentId) ? span.ParentId : string.Empty, StringComparer.Ordinal);
        var text = new StringBuilder();
        var lines = 0;
        Append(string.Empty, 0);
        return lines == 0 ? "  (no span)" : text.ToString();

        void Append(string parent, int depth)
        {
            foreach (var span in children[parent])
            {
                if (lines++ == MostLines)
                {
                    text.AppendLine("   …");
                }

                if (lines <= MostLines)
                {
                    text.AppendLine($" {(marked.Contains(span) ? ">" : " ")} {new string(' ', depth * 2)}{span}");
                }

                Append(span.SpanId, depth + 1);
            }
        }
    }
}
