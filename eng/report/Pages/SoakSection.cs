using System.Globalization;
using System.Net;
using System.Text;
using XoeNovAi.Report.Soaks;

namespace XoeNovAi.Report.Pages;

/// <summary>What eng/soak has found out, in the pages of a run.</summary>
internal static class SoakSection
{
    /// <summary>How often the tests were run, and how many of them failed at all.</summary>
    public static string Share(SoakLedger? soak) => soak is null
        ? "None yet: dotnet run --project eng/soak."
        : string.Create(CultureInfo.InvariantCulture, $"{soak.Tests.Count} tests ({soak.Filter}) run {soak.Runs} times: {(soak.Failing.Count == 0 ? "none failed" : $"{soak.Failing.Count} failed at least once")}. {soak.At:yyyy-MM-dd} of {soak.Commit}.");

    public static void Add(StringBuilder page, RunReport report)
    {
        page.Append("<section id=\"soak\"><h2>Again and again</h2><p>").Append(Encode(Share(report.Soak))).Append("</p>");
        if (report.Soak is { Failing: { Count: > 0 } failing })
        {
            page.Append("<div class=\"scroll\"><table><thead><tr><th>test</th><th class=\"n\">failed</th><th class=\"n\">s at most</th><th>what it said last</th></tr></thead><tbody>");
            foreach (var test in failing)
            {
                page.Append("<tr class=\"failed\"><td>").Append(Encode(test.Id)).Append(string.Create(CultureInfo.InvariantCulture, $"</td><td class=\"n\">{test.Failed}/{test.Runs}</td><td class=\"n\">{test.Slowest:0.0}</td><td>"))
                    .Append(Encode((test.LastFailure ?? string.Empty).Split('\n')[0])).Append("</td></tr>");
            }

            page.Append("</tbody></table></div>");
        }

        page.Append("</section>");
    }

    public static void AddMarkdown(StringBuilder text, RunReport report)
    {
        text.AppendLine().AppendLine("## Again and again").AppendLine().AppendLine(Share(report.Soak));
        foreach (var test in report.Soak?.Failing ?? [])
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {test.Failed} of {test.Runs}: `{test.Id}`");
        }
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
