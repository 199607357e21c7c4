using System.Globalization;
using System.Net;
using System.Text;
using XoeNovAi.Report.Coverage;

namespace XoeNovAi.Report.Pages;

/// <summary>What eng/coverage has measured last, in the pages of a run.</summary>
internal static class CoverageSection
{
    private const int Named = 25;

    public static void Add(StringBuilder page, RunReport report)
    {
        page.Append("<section id=\"coverage\"><h2>Coverage</h2><p>").Append(Encode(report.CoverageOrigin)).Append("</p>");
        if (report.Coverage is { } coverage)
        {
            Groups(page, coverage);
            Files(page, coverage);
        }

        page.Append("</section>");
    }

    public static void AddMarkdown(StringBuilder text, RunReport report)
    {
        text.AppendLine().AppendLine("## Coverage").AppendLine().AppendLine(report.CoverageOrigin);
        if (report.Coverage is not { } coverage)
        {
            return;
        }

        text.AppendLine().AppendLine("| part | lines | branches |").AppendLine("|---|--:|--:|");
        foreach (var group in coverage.Groups.Append(coverage.Total))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {group.Name} | {group.Lines} | {group.Branches} |");
        }

        text.AppendLine();
        foreach (var suite in coverage.Suites)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {suite.Name}{(suite.Passed ? string.Empty : " (failed)")}: {suite.How}");
        }
    }

    // Below each suite stands what it covers alone.
    private static void Groups(StringBuilder page, CoverageSummary coverage)
    {
        page.Append("<div class=\"scroll\"><table><thead><tr><th>part</th><th class=\"n\">lines</th><th class=\"n\">branches</th>")
            .Append(string.Concat(coverage.Suites.Select(static s => $"<th class=\"n\">lines, {Encode(s.Name)} alone</th>"))).Append("</tr></thead><tbody>");
        foreach (var group in coverage.Groups.Append(coverage.Total))
        {
            page.Append("<tr class=\"").Append(group.Lines.Total == 0 ? "none" : group.Lines.Percent >= coverage.Limit && group.Branches.Percent >= coverage.Limit ? "passed" : "failed").Append("\"><td>").Append(Encode(group.Name))
                .Append("</td><td class=\"n\">").Append(group.Lines.ToString()).Append("</td><td class=\"n\">").Append(group.Branches.ToString()).Append("</td>")
                .Append(string.Concat(group.BySuite.Select(static s => string.Create(CultureInfo.InvariantCulture, $"<td class=\"n\">{(s.Covered == 0 ? "–" : $"{s.Percent:0.0} %")}</td>")))).Append("</tr>");
        }

        page.Append("</tbody></table></div><ul>");
        foreach (var suite in coverage.Suites)
        {
            page.Append("<li class=\"").Append(suite.Passed ? "passed" : "failed").Append("\">").Append(Encode(suite.Name)).Append(": ").Append(Encode(suite.How)).Append("</li>");
        }

        page.Append("</ul>");
    }

    private static void Files(StringBuilder page, CoverageSummary coverage)
    {
        page.Append("<h3>Not covered</h3><div class=\"scroll\"><table><thead><tr><th>file</th><th class=\"n\">lines</th><th class=\"n\">branches</th><th>which lines</th></tr></thead><tbody>");
        foreach (var file in coverage.Files.Take(Named))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(file.Path)}</td><td class=\"n\">{file.Lines.Uncovered}</td><td class=\"n\">{file.Branches.Uncovered}</td><td>{Encode(file.Uncovered)}</td></tr>");
        }

        page.Append("</tbody></table></div>");
        if (coverage.Files.Count > Named)
        {
            page.Append("<details><summary>").Append(CultureInfo.InvariantCulture, $"{coverage.Files.Count - Named} more files").Append("</summary><ul>");
            foreach (var file in coverage.Files.Skip(Named))
            {
                page.Append(CultureInfo.InvariantCulture, $"<li>{Encode(file.Path)} <span>{file.Lines.Uncovered} lines, {file.Branches.Uncovered} branches</span> {Encode(file.Uncovered)}</li>");
            }

            page.Append("</ul></details>");
        }
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
