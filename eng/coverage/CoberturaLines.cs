using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using XoeNovAi.Report.Coverage;

namespace XoeNovAi.Coverage;

/// <summary>A line that could be covered.</summary>
/// <param name="Assembly">The assembly it is in.</param>
/// <param name="File">The file it is in.</param>
/// <param name="Number">Which it is.</param>
/// <param name="IsCovered">Whether it was run.</param>
/// <param name="Branches">The ways on from it.</param>
internal sealed record CoberturaLine(string Assembly, string File, int Number, bool IsCovered, Share Branches);

/// <summary>Reads files of Cobertura's format.</summary>
internal static partial class CoberturaLines
{
    /// <summary>The lines of a file. One that several classes share, a method and what it closes over, is one line with the branches of all.</summary>
    public static IReadOnlyList<CoberturaLine> Read(string path) =>
    [
        .. XDocument.Load(path).Descendants("package")
            .SelectMany(static p => p.Descendants("class").SelectMany(c => c.Elements("lines").Elements("line").Select(l => LineOf(p.Attribute("name")!.Value, c.Attribute("filename")!.Value, l))))
            .GroupBy(static l => (l.Assembly, l.File, l.Number))
            .Select(static g => g.First() with { IsCovered = g.Any(static l => l.IsCovered), Branches = g.Aggregate(default(Share), static (sum, l) => sum + l.Branches) }),
    ];

    private static CoberturaLine LineOf(string assembly, string file, XElement line)
        => new(
            assembly,
            file,
            int.Parse(line.Attribute("number")!.Value, CultureInfo.InvariantCulture),
            line.Attribute("hits")!.Value != "0",
            line.Attribute("condition-coverage") is { } conditions && Conditions().Match(conditions.Value) is { Success: true } share
                ? new(int.Parse(share.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(share.Groups[2].ValueSpan, CultureInfo.InvariantCulture))
                : default);

    [GeneratedRegex(@"\(([0-9]+)/([0-9]+)\)")]
    private static partial Regex Conditions();
}
