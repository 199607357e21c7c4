using System.Text.RegularExpressions;

namespace XoeNovAi.Report.Catalogue;

/// <summary>A scenario of the catalogue.</summary>
/// <param name="Id">Its id, such as DISC-01.</param>
/// <param name="Group">The heading it stands below.</param>
/// <param name="Text">What must be proved.</param>
public sealed record Scenario(string Id, string Group, string Text);

/// <summary>The scenarios there are: the tables of <c>IntegrationTests/scenarios.md</c>.</summary>
public static partial class ScenarioCatalogue
{
    /// <summary>Where it is in the repository.</summary>
    public const string File = "IntegrationTests/scenarios.md";

    /// <summary>Reads it.</summary>
    /// <param name="repository">The checkout.</param>
    /// <returns>The scenarios, in their order; none when the file is not there.</returns>
    public static IReadOnlyList<Scenario> Read(string repository)
    {
        var path = Path.Combine(repository, File);
        var scenarios = new List<Scenario>();
        var group = string.Empty;
        foreach (var line in System.IO.File.Exists(path) ? System.IO.File.ReadLines(path) : [])
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                group = line[3..];
            }
            else if (Row().Match(line) is { Success: true } row)
            {
                scenarios.Add(new(row.Groups["id"].Value, group, row.Groups["text"].Value));
            }
        }

        return scenarios;
    }

    [GeneratedRegex(@"^\|\s*(?<id>[A-Z]{2,5}-[0-9]{2})\s*\|\s*(?<text>.*?)\s*\|\s*$")]
    private static partial Regex Row();
}
