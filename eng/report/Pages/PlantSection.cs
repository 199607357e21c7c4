using System.Globalization;
using System.Net;
using System.Text;
using XoeNovAi.Report.Plants;

namespace XoeNovAi.Report.Pages;

/// <summary>What eng/plant has found out, in the pages of a run.</summary>
internal static class PlantSection
{
    private const int ShortCommit = 10;

    /// <summary>How many of the faults that were planted the suite has found.</summary>
    public static string Share(PlantSummary plants) => plants.Results.Count == 0
        ? "None planted yet: dotnet run --project eng/plant."
        : string.Create(CultureInfo.InvariantCulture, $"{plants.Results.Count(static r => r.Verdict == PlantVerdict.Found)} of {plants.Results.Count} planted faults were found by the tests that must find them.");

    public static void Add(StringBuilder page, RunReport report)
    {
        page.Append("<section id=\"plants\"><h2>Planted faults</h2><p>").Append(Encode(Share(report.Plants))).Append("</p>");
        if (report.Plants.Results.Count > 0)
        {
            page.Append("<div class=\"scroll\"><table><thead><tr><th>scenario</th><th>what is wrong once it is planted</th><th>verdict</th><th>what turned red</th><th>planted</th></tr></thead><tbody>");
            foreach (var result in report.Plants.Results)
            {
                page.Append("<tr class=\"").Append(result.Verdict == PlantVerdict.Found ? "passed" : "failed").Append("\"><td>").Append(Encode(result.Scenario)).Append("</td><td>").Append(Encode(result.What))
                    .Append("</td><td>").Append(Encode(Word(result.Verdict))).Append("</td><td>").Append(Encode(result.Detail.Split('\n')[0])).Append("</td><td>")
                    .Append(Encode(string.Create(CultureInfo.InvariantCulture, $"{result.At:yyyy-MM-dd} in {result.Commit[..Math.Min(ShortCommit, result.Commit.Length)]}"))).Append("</td></tr>");
            }

            page.Append("</tbody></table></div>");
        }

        page.Append("</section>");
    }

    public static void AddMarkdown(StringBuilder text, RunReport report)
    {
        text.AppendLine().AppendLine("## Planted faults").AppendLine().AppendLine(Share(report.Plants));
        foreach (var result in report.Plants.Results.Where(static r => r.Verdict != PlantVerdict.Found))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {Word(result.Verdict)}: {result.What} ({result.Scenario}, `{result.Id}`)");
        }
    }

    private static string Word(PlantVerdict verdict) => verdict switch
    {
        PlantVerdict.Found => "found",
        PlantVerdict.NotFound => "not found",
        PlantVerdict.OtherReason => "found for another reason",
        PlantVerdict.OthersRed => "found, and others red",
        _ => "not run",
    };

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
