using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace XoeNovAi.Report.Pages;

/// <summary>A fault that a scenario has made.</summary>
public sealed record Fault(string Name, DateTimeOffset From, DateTimeOffset To);

/// <summary>What scenarios have measured: tables of their distributions, and their requests over time.</summary>
internal static class Figures
{
    private static readonly string[] Columns = ["count", "least", "p50", "p90", "p99", "most"];

    public static void Add(StringBuilder page, RunReport report)
    {
        var files = report.Tests.SelectMany(static t => t.Files).Distinct(StringComparer.Ordinal).Select(f => Path.Combine(report.Folder, f)).Where(File.Exists).Order(StringComparer.Ordinal).ToList();
        var figures = files.Where(static f => f.EndsWith(".json", StringComparison.Ordinal)).ToList();
        var histories = files.Where(static f => f.EndsWith(".csv", StringComparison.Ordinal)).ToList();
        page.Append("<section id=\"figures\"><h2>Figures</h2>");
        if (figures.Count + histories.Count == 0)
        {
            page.Append("<p>Nothing was measured in this run.</p>");
        }

        foreach (var file in figures)
        {
            Table(page, file);
        }

        foreach (var file in histories)
        {
            var faults = Faults(Path.ChangeExtension(file, "json"));
            if (HistoryPlot.Of(file, faults) is { } plot)
            {
                page.Append("<h3>").Append(WebUtility.HtmlEncode(Path.GetFileNameWithoutExtension(file))).Append(": its requests</h3><figure>").Append(plot).Append("</figure>");
                if (faults.Count > 0)
                {
                    page.Append("<p>Shaded: ").Append(WebUtility.HtmlEncode(string.Join("; ", faults.Select(static f => string.Create(CultureInfo.InvariantCulture, $"{f.Name} ({(f.To - f.From).TotalSeconds:0.0} s)"))))).Append(".</p>");
                }
            }
        }

        page.Append("</section>");
    }

    // They are written beside the table, by the same scenario.
    private static List<Fault> Faults(string file)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        return Read(file) is { } json && json.TryGetProperty("faults", out var faults) ? faults.Deserialize<List<Fault>>(JsonSerializerOptions.Web) ?? [] : [];
    }

    // A test may keep whatever it wants: it is linked from the test.
    private static JsonElement? Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Table(StringBuilder page, string file)
    {
        if (Read(file) is not { } json || !json.TryGetProperty("distributions", out var distributions) || distributions.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        page.Append("<h3>").Append(WebUtility.HtmlEncode(Path.GetFileNameWithoutExtension(file))).Append("</h3><div class=\"scroll\"><table><thead><tr><th>in ms</th>").Append(string.Concat(Columns.Select(static c => $"<th class=\"n\">{c}</th>"))).Append("</tr></thead><tbody>");
        foreach (var distribution in distributions.EnumerateObject().Where(static d => d.Value.ValueKind == JsonValueKind.Object))
        {
            page.Append("<tr><td>").Append(WebUtility.HtmlEncode(distribution.Name)).Append("</td>");
            foreach (var column in Columns)
            {
                page.Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{(distribution.Value.TryGetProperty(column, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN):0.##}</td>");
            }

            page.Append("</tr>");
        }

        page.Append("</tbody></table></div>");
        if (json.TryGetProperty("counts", out var counts) && counts.ValueKind == JsonValueKind.Object)
        {
            page.Append("<p>").Append(WebUtility.HtmlEncode(string.Join(", ", counts.EnumerateObject().Select(static c => $"{c.Name}: {c.Value.GetRawText()}")))).Append("</p>");
        }
    }
}
