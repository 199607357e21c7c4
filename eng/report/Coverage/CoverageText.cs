using System.Globalization;
using System.Text;

namespace XoeNovAi.Report.Coverage;

/// <summary>Coverage as a terminal shows it.</summary>
public static class CoverageText
{
    private const int Named = 15;
    private const int RangesWidth = 60;

    /// <summary>A table of the groups, how they were measured, and the files with most that is not covered.</summary>
    public static string Of(CoverageSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);

        var text = new StringBuilder();
        Line(text, $"{string.Empty,-16}{"lines",20}{"branches",20}");
        foreach (var group in summary.Groups.Append(summary.Total))
        {
            Line(text, $"{group.Name,-16}{group.Lines,20}{group.Branches,20}");
        }

        Line(text, $"");
        foreach (var suite in summary.Suites)
        {
            Line(text, $"{suite.Name} ({(suite.Passed ? "passed" : "FAILED")}): {suite.How}");
        }

        Line(text, $"");
        Line(text, $"Most that is not covered, in lines and branches:");
        foreach (var file in summary.Files.Take(Named))
        {
            Line(text, $"{file.Lines.Uncovered,5}{file.Branches.Uncovered,5}  {file.Path}: {(file.Uncovered.Length <= RangesWidth ? file.Uncovered : $"{file.Uncovered[..RangesWidth]} …")}");
        }

        if (!summary.IsEnough)
        {
            Line(text, $"");
            Line(text, $"Below the limit of {summary.Limit:0.#} %.");
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
