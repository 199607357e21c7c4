using System.Globalization;
using System.Text.Json;

namespace XoeNovAi.Report.Coverage;

/// <summary>What <c>eng/coverage</c> has measured last: <c>artifacts/coverage/summary.json</c>.</summary>
/// <param name="Commit">The commit it was measured of.</param>
/// <param name="IsChanged">Whether the checkout had changes that were in no commit.</param>
/// <param name="At">When.</param>
/// <param name="Limit">The share of lines and of branches, in per cent, below which the command fails.</param>
/// <param name="Suites">The test projects, and how what they run was measured.</param>
/// <param name="Groups">The parts of the repository.</param>
/// <param name="Files">The files that have uncovered lines or branches, those with most first.</param>
public sealed record CoverageSummary(
    string Commit,
    bool IsChanged,
    DateTimeOffset At,
    double Limit,
    IReadOnlyList<CoverageSuite> Suites,
    IReadOnlyList<CoverageGroup> Groups,
    IReadOnlyList<CoverageFile> Files)
{
    private const string FileName = "summary.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>All groups together.</summary>
    public CoverageGroup Total => new(
        "all",
        Sum(static g => g.Lines),
        Sum(static g => g.Branches),
        [.. Enumerable.Range(0, Suites.Count).Select(i => Sum(g => g.BySuite[i]))]);

    /// <summary>Whether all together reaches the limit.</summary>
    public bool IsEnough => Total.Lines.Percent >= Limit && Total.Branches.Percent >= Limit;

    /// <summary>Whether the tests passed.</summary>
    public bool HavePassed => Suites.All(static s => s.Passed);

    /// <summary>Where it is in a checkout.</summary>
    public static string FolderOf(string repository) => Path.Combine(repository, "artifacts", "coverage");

    /// <summary>The last one of a checkout; null when there is none.</summary>
    public static CoverageSummary? Load(string repository)
    {
        var path = Path.Combine(FolderOf(repository), FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<CoverageSummary>(File.ReadAllText(path), Json) : null;
        }
        catch (JsonException)
        {
            // Of a version that wrote it otherwise.
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    public void Save(string repository) => File.WriteAllText(Path.Combine(FolderOf(repository), FileName), JsonSerializer.Serialize(this, Json));

    private Share Sum(Func<CoverageGroup, Share> part) => Groups.Aggregate(default(Share), (sum, group) => sum + part(group));
}

/// <summary>A test project that was run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="How">Where the measured code ran.</param>
/// <param name="Passed">Whether its tests passed.</param>
public sealed record CoverageSuite(string Name, string How, bool Passed);

/// <summary>A part of the repository.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Branches">Its branches.</param>
/// <param name="BySuite">The share of its lines that each suite alone covers, in the order of the suites.</param>
public sealed record CoverageGroup(string Name, Share Lines, Share Branches, IReadOnlyList<Share> BySuite);

/// <summary>A file.</summary>
/// <param name="Path">Where it is in the repository.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Branches">Its branches.</param>
/// <param name="Uncovered">The lines that are not covered, as <c>12-14, 20</c>.</param>
public sealed record CoverageFile(string Path, Share Lines, Share Branches, string Uncovered);

/// <summary>How many of how many.</summary>
/// <param name="Covered">Those that are covered.</param>
/// <param name="Total">Those that could be.</param>
public readonly record struct Share(int Covered, int Total)
{
    /// <summary>Those that are not covered.</summary>
    public int Uncovered => Total - Covered;

    /// <summary>In per cent; of nothing, all is covered.</summary>
    public double Percent => Total == 0 ? 100 : 100.0 * Covered / Total;

    /// <summary>As the pages say it.</summary>
    public override string ToString() => Total == 0 ? "not measured" : string.Create(CultureInfo.InvariantCulture, $"{Percent:0.0} % of {Total}");

    /// <summary>Both together.</summary>
    public static Share operator +(Share left, Share right) => left.Add(right);

    /// <summary>Both together.</summary>
    public Share Add(Share other) => new(Covered + other.Covered, Total + other.Total);
}
