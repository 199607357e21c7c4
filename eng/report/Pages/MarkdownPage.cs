using System.Globalization;
using System.Text;
using XoeNovAi.Report.Runs;

namespace XoeNovAi.Report.Pages;

/// <summary>A run in Markdown: for where HTML is not shown.</summary>
internal static class MarkdownPage
{
    private const int MessageLines = 12;

    public static string Of(RunReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Test run: {report.Verdict}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{report.Tests.Count(static t => t.Outcome is Outcome.Passed)} passed, {report.Failed.Count} failed, {report.Took.TotalMinutes:0.0} min.").AppendLine();
        foreach (var (name, value) in report.Facts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {name}: {value}");
        }

        if (report.Failed.Count > 0)
        {
            text.AppendLine().AppendLine("## Failed").AppendLine();
            foreach (var test in report.Failed)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"- `{test.Id}`  \n  `{test.Rerun}`").AppendLine().AppendLine("  ```").AppendLine(FirstLines(test.Message)).AppendLine("  ```");
            }
        }

        text.AppendLine().AppendLine("## Scenarios").AppendLine().AppendLine("| id | tests | passed | s | must prove |").AppendLine("|---|--:|--:|--:|---|");
        foreach (var scenario in report.Scenarios)
        {
            var tests = report.Of(scenario);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {scenario.Id} | {tests.Count} | {tests.Count(static t => t.Outcome is Outcome.Passed)} | {tests.Sum(static t => t.Seconds):0.0} | {scenario.Text} |");
        }

        BenchmarkSection.AddMarkdown(text, report);
        CoverageSection.AddMarkdown(text, report);
        PlantSection.AddMarkdown(text, report);
        SoakSection.AddMarkdown(text, report);
        return text.ToString();
    }

    private static string FirstLines(string? text) => string.Join(Environment.NewLine, (text ?? string.Empty).Split('\n').Take(MessageLines).Select(static l => $"  {l.TrimEnd()}"));
}
