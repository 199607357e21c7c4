using System.Globalization;
using XoeNovAi.Report.Coverage;

namespace XoeNovAi.Coverage;

/// <summary>Counts what was covered.</summary>
internal static class Summarizing
{
    /// <summary>The groups, by all suites together and by each alone.</summary>
    public static IReadOnlyList<CoverageGroup> GroupsOf(IReadOnlyList<MeasuredGroup> groups, IReadOnlyList<CoberturaLine> merged, IReadOnlyList<IReadOnlyList<CoberturaLine>> suites) =>
    [
        .. groups.Select(group =>
        {
            var lines = LinesOf(group, merged);
            return new CoverageGroup(group.Name, lines, Of(group, merged).Aggregate(default(Share), static (sum, l) => sum + l.Branches), [.. suites.Select(s => new Share(LinesOf(group, s).Covered, lines.Total))]);
        }),
    ];

    /// <summary>The files with something that is not covered.</summary>
    public static IReadOnlyList<CoverageFile> FilesOf(string repository, IReadOnlyList<CoberturaLine> merged) =>
    [
        .. merged.GroupBy(static l => l.File)
            .Select(file => new CoverageFile(
                Path.IsPathRooted(file.Key) ? Path.GetRelativePath(repository, file.Key) : file.Key,
                Count(file),
                file.Aggregate(default(Share), static (sum, l) => sum + l.Branches),
                Ranges([.. file.Where(static l => !l.IsCovered).Select(static l => l.Number).Distinct().Order()])))
            .Where(static f => f.Lines.Uncovered + f.Branches.Uncovered > 0)
            .OrderByDescending(static f => f.Lines.Uncovered).ThenByDescending(static f => f.Branches.Uncovered).ThenBy(static f => f.Path, StringComparer.Ordinal),
    ];

    private static IEnumerable<CoberturaLine> Of(MeasuredGroup group, IReadOnlyList<CoberturaLine> lines) => lines.Where(l => group.Assemblies.Contains(l.Assembly));

    private static Share LinesOf(MeasuredGroup group, IReadOnlyList<CoberturaLine> lines) => Count(Of(group, lines));

    private static Share Count(IEnumerable<CoberturaLine> lines) => lines.Aggregate(default(Share), static (sum, l) => sum + new Share(l.IsCovered ? 1 : 0, 1));

    private static string Ranges(List<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
            {
                ranges[^1] = (ranges[^1].First, number);
            }
            else
            {
                ranges.Add((number, number));
            }
        }

        return string.Join(", ", ranges.Select(static r => r.First == r.Last ? r.First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{r.First}-{r.Last}")));
    }
}
