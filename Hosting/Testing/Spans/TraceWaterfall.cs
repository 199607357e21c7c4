using System.Globalization;
using System.Net;
using System.Text;

namespace XoeNovAi.Hosting.Testing.Spans;

/// <summary>Draws a trace over time, for a report.</summary>
public static class TraceWaterfall
{
    private const int Width = 1000;
    private const int Names = 430;
    private const int Row = 20;
    private const int MostRows = 200;

    // One of these for each service; failed spans are red whatever their service.
    private static readonly string[] Colors = ["#3b6fb6", "#2f8f6b", "#8a5fb0", "#b07d2b", "#3d8fa3", "#7a6f5d", "#a85a84", "#5b7f3a"];

    /// <summary>The spans as an SVG that needs nothing beside itself: one row each, children below their parents, failed ones in red.</summary>
    /// <param name="spans">The spans of a trace. The clocks are those of their senders.</param>
    /// <returns>The document; a sentence in it when there is no span.</returns>
    public static string ToWaterfall(this IReadOnlyList<Span> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);

        var rows = Rows(spans).Take(MostRows).ToList();
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{(rows.Count + 2) * Row}\" viewBox=\"0 0 {Width} {(rows.Count + 2) * Row}\" font-family=\"sans-serif\" font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        if (rows.Count == 0)
        {
            return svg.Append(CultureInfo.InvariantCulture, $"<text x=\"8\" y=\"{Row}\">No span has arrived.</text></svg>").ToString();
        }

        var begin = spans.Min(static s => s.Start);
        var whole = Math.Max((spans.Max(static s => s.End) - begin).TotalMilliseconds, 0.001);
        var services = spans.Select(static s => s.Service).Distinct(StringComparer.Ordinal).ToList();
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"8\" y=\"14\" fill=\"#555\">{spans.Count} spans, {whole:0.0} ms{(spans.Count > MostRows ? $", the first {MostRows}" : string.Empty)}</text>");
        foreach (var (at, (span, depth)) in rows.Index())
        {
            var y = (at + 1) * Row;
            var x = Names + ((span.Start - begin).TotalMilliseconds / whole * (Width - Names - 70));
            var width = Math.Max(span.Duration.TotalMilliseconds / whole * (Width - Names - 70), 1.5);
            var color = span.IsError ? "#c0392b" : Colors[services.IndexOf(span.Service) % Colors.Length];
            svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Encode(Describe(span))}</title><text x=\"{8 + (Math.Min(depth, 12) * 10)}\" y=\"{y + 14}\" fill=\"{(span.IsError ? color : "#222")}\">{Encode(Shorten($"{span.Service}  {span.Name}"))}</text>")
                .Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.#}\" y=\"{y + 4}\" width=\"{width:0.#}\" height=\"{Row - 8}\" rx=\"2\" fill=\"{color}\"/><text x=\"{x + width + 4:0.#}\" y=\"{y + 14}\" fill=\"#555\" font-size=\"10\">{span.Duration.TotalMilliseconds:0.0} ms</text></g>");
        }

        return svg.Append("</svg>").ToString();
    }

    // An orphan stands at the top, as a root does.
    private static IEnumerable<(Span Span, int Depth)> Rows(IReadOnlyList<Span> spans)
    {
        var ids = spans.Select(static s => s.SpanId).ToHashSet(StringComparer.Ordinal);
        var children = spans.OrderBy(static s => s.Start).ToLookup(s => ids.Contains(s.ParentId) ? s.ParentId : string.Empty, StringComparer.Ordinal);
        return Below(string.Empty, 0);

        IEnumerable<(Span Span, int Depth)> Below(string parent, int depth)
            => children[parent].SelectMany(s => Below(s.SpanId, depth + 1).Prepend((s, depth)));
    }

    private static string Describe(Span span) => $"{span}\n{string.Join('\n', span.Attributes.OrderBy(static a => a.Key, StringComparer.Ordinal).Select(static a => $"{a.Key}: {a.Value}"))}";

    private static string Shorten(string text) => text.Length <= 62 ? text : $"{text[..61]}…";

    // Characters that XML has no place for would break the whole page.
    private static string Encode(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(static c => c is '\n' or '\t' || !char.IsControl(c))));
}
