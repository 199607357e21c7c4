using System.Globalization;
using System.Net;
using System.Text;
using XoeNovAi.Report.Benchmarks;

namespace XoeNovAi.Report.Pages;

/// <summary>What eng/perf has measured, in the pages of a run: the last of each, and those before.</summary>
internal static class BenchmarkSection
{
    private const int Earlier = 5;
    private const int ShortCommit = 10;

    public static void Add(StringBuilder page, RunReport report)
    {
        page.Append("<section id=\"benchmarks\"><h2>Benchmarks</h2><p>").Append(Encode(Origin(report.Benchmarks))).Append("</p>");
        if (report.Benchmarks.Runs.Count > 0)
        {
            page.Append("<div class=\"scroll\"><table><thead><tr><th>scenario</th><th>figure</th><th class=\"n\">measured</th><th>limit</th><th class=\"n\">before, the newest first</th><th>of</th></tr></thead><tbody>");
            foreach (var (run, figure, before) in Latest(report.Benchmarks))
            {
                page.Append("<tr class=\"").Append(figure.IsMet ? "passed" : "failed").Append("\"><td>").Append(Encode(figure.Scenario)).Append("</td><td>").Append(Encode(figure.Name)).Append("</td><td class=\"n\">").Append(Encode(figure.Measured))
                    .Append("</td><td>").Append(Encode(figure.Limit)).Append("</td><td class=\"n\">").Append(Encode(string.Join(", ", before))).Append("</td><td>")
                    .Append(Encode(string.Create(CultureInfo.InvariantCulture, $"{run.At:yyyy-MM-dd HH:mm}, {run.Commit[..Math.Min(ShortCommit, run.Commit.Length)]}"))).Append("</td></tr>");
            }

            page.Append("</tbody></table></div>");
        }

        page.Append("</section>");
    }

    public static void AddMarkdown(StringBuilder text, RunReport report)
    {
        text.AppendLine().AppendLine("## Benchmarks").AppendLine().AppendLine(Origin(report.Benchmarks));
        if (report.Benchmarks.Runs.Count == 0)
        {
            return;
        }

        text.AppendLine().AppendLine("| scenario | figure | measured | limit | |").AppendLine("|---|---|--:|---|---|");
        foreach (var (_, figure, _) in Latest(report.Benchmarks))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {figure.Scenario} | {figure.Name} | {figure.Measured} | {figure.Limit} | {(figure.IsMet ? "met" : "not met")} |");
        }
    }

    private static IEnumerable<(BenchmarkRun Run, BenchmarkFigure Figure, IEnumerable<string> Before)> Latest(BenchmarkHistory history) =>
        history.Runs.GroupBy(static r => r.Benchmark, StringComparer.Ordinal).SelectMany(static runs =>
            runs.Last().Figures.Select(figure => (runs.Last(), figure, runs.Reverse().Skip(1).SelectMany(static r => r.Figures).Where(f => f.Name == figure.Name).Take(Earlier).Select(static f => f.Measured))));

    private static string Origin(BenchmarkHistory history) => history.Runs.Count == 0 ? "Not measured yet: dotnet run --project eng/perf." : "Measured by eng/perf: ratios and differences against something in the same run.";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
