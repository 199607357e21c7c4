using System.Globalization;
using XoeNovAi.Report.Benchmarks;
using XoeNovAi.Report.Catalogue;
using XoeNovAi.Report.Coverage;
using XoeNovAi.Report.Plants;
using XoeNovAi.Report.Runs;
using XoeNovAi.Report.Soaks;

namespace XoeNovAi.Report.Pages;

/// <summary>All that the pages of a run say.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Projects">Its test projects.</param>
/// <param name="Scenarios">The catalogue.</param>
/// <param name="Earlier">The runs before it, the newest first.</param>
/// <param name="Facts">What it was run with and on.</param>
/// <param name="Coverage">What eng/coverage has measured last; null when it has not.</param>
/// <param name="Plants">What eng/plant has found out.</param>
/// <param name="Benchmarks">What eng/perf has measured.</param>
/// <param name="Soak">What eng/soak has counted; null when it has not.</param>
public sealed record RunReport(
    string Folder,
    IReadOnlyList<ProjectRun> Projects,
    IReadOnlyList<Scenario> Scenarios,
    IReadOnlyList<(string Name, IReadOnlyList<TestRecord> Tests)> Earlier,
    IReadOnlyList<(string Name, string Value)> Facts,
    CoverageSummary? Coverage,
    PlantSummary Plants,
    BenchmarkHistory Benchmarks,
    SoakLedger? Soak)
{
    /// <summary>The environment's variable that names the gateway of the stack which the tests judge, when it is not one of their own.</summary>
    public const string AttachVariable = "XOENOVAI_ATTACH";

    private const int NamedFailures = 3;

    /// <summary>Its tests.</summary>
    public IReadOnlyList<TestRecord> Tests { get; } = [.. Projects.SelectMany(static p => p.Tests)];

    /// <summary>The projects that did not come to their end, or have not yet.</summary>
    public IReadOnlyList<string> Unfinished { get; } = ProjectRun.Unfinished(Folder);

    /// <summary>Whether tests were run, all of them to their end, and none failed.</summary>
    public bool IsPassed => Failed.Count == 0 && Unfinished.Count == 0 && Tests.Any(static t => t.Outcome is Outcome.Passed);

    /// <summary>What it came to, in a few words.</summary>
    public string Verdict => Failed.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Failed.Count} of {Tests.Count} tests failed")
        : Unfinished.Count > 0 ? $"Not to their end: {string.Join(", ", Unfinished)}"
        : IsPassed ? "All tests passed" : "No test ran";

    /// <summary>Those that failed.</summary>
    public IReadOnlyList<TestRecord> Failed => [.. Tests.Where(static t => t.Outcome is Outcome.Failed)];

    /// <summary>The time it took, from the first project's begin to the last one's end.</summary>
    public TimeSpan Took => Projects.Count == 0 ? TimeSpan.Zero : Projects.Max(static p => p.Ended) - Projects.Min(static p => p.Started);

    /// <summary>Tests that ended in different ways in this run and the earlier ones, with their outcomes, the oldest first.</summary>
    public IReadOnlyList<(string Id, IReadOnlyList<Outcome> Outcomes)> Flaky =>
    [
        .. Earlier.Reverse().SelectMany(static r => r.Tests).Concat(Tests)
            .GroupBy(static t => t.Id, static t => t.Outcome, StringComparer.Ordinal)
            .Where(static g => g.Distinct().Count() > 1)
            .Select(static g => (g.Key, (IReadOnlyList<Outcome>)[.. g]))
            .OrderBy(static g => g.Key, StringComparer.Ordinal),
    ];

    /// <summary>The tests of a scenario.</summary>
    public IReadOnlyList<TestRecord> Of(Scenario scenario) => [.. Tests.Where(t => t.Scenarios.Contains(scenario.Id))];

    /// <summary>Of what the coverage is: this run's commit or another one.</summary>
    public string CoverageOrigin => Coverage is null ? "Not measured yet: dotnet run --project eng/coverage."
        : string.Create(CultureInfo.InvariantCulture, $"Measured {Coverage.At:yyyy-MM-dd HH:mm} UTC of {(Facts.Any(f => f.Value == Coverage.Commit) ? "this commit" : $"another commit, {Coverage.Commit}")}{(Coverage.IsChanged ? " with changes" : string.Empty)}.");

    /// <summary>Writes the pages of a run as far as it has come.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>A summary of some lines, with where the page is.</returns>
    public static string Write(string folder)
    {
        var report = Read(folder);
        Replace(RunFolder.PageOf(folder), HtmlPage.Of(report));
        Replace(Path.Combine(folder, "report.md"), MarkdownPage.Of(report));
        var summary = report.Summary();
        Replace(Path.Combine(folder, "summary.txt"), $"{summary}{Environment.NewLine}");
        return summary;
    }

    /// <summary>What is printed of it: ten lines at most.</summary>
    public string Summary()
    {
        var covered = Scenarios.Where(s => Of(s).Count > 0).ToList();
        var proved = covered.Count(s => Of(s).All(static t => t.Outcome is Outcome.Passed));
        List<string> lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"Report: {RunFolder.PageOf(Folder)}"),
            string.Create(CultureInfo.InvariantCulture, $"  {Tests.Count(static t => t.Outcome is Outcome.Passed)} passed, {Failed.Count} failed, {Tests.Count(static t => t.Outcome is Outcome.Skipped)} skipped in {Took.TotalMinutes:0.0} min ({string.Join(", ", Projects.Select(static p => p.Project))})"),
            string.Create(CultureInfo.InvariantCulture, $"  Scenarios: {covered.Count} of {Scenarios.Count} covered in this run, {proved} proved"),
        ];
        if (Unfinished.Count > 0)
        {
            lines.Add($"  {Verdict}");
        }

        if (Coverage is { Total: var total })
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  Coverage: {total.Lines.Percent:0.0} % of lines, {total.Branches.Percent:0.0} % of branches. {CoverageOrigin}"));
        }

        if (Plants.Results.Count > 0)
        {
            lines.Add($"  {PlantSection.Share(Plants)}");
        }

        lines.AddRange(Failed.Take(NamedFailures).Select(static t => $"  failed: {t.Id}"));
        if (Failed.Count > NamedFailures)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  and {Failed.Count - NamedFailures} more"));
        }

        if (Flaky.Count > 0)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  {Flaky.Count} tests ended in different ways in the last {Earlier.Count + 1} runs"));
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static RunReport Read(string folder)
    {
        var repository = RunFolder.Repository(folder);
        var earlier = RunFolder.All(repository).Where(f => string.CompareOrdinal(f, folder) < 0)
            .Select(static f => (Path.GetFileName(f), (IReadOnlyList<TestRecord>)[.. ProjectRun.Load(f).SelectMany(static p => p.Tests)]));
        return new(folder, ProjectRun.Load(folder), ScenarioCatalogue.Read(repository), [.. earlier], MachineFacts.Of(repository), CoverageSummary.Load(repository), PlantSummary.Load(repository), BenchmarkHistory.Load(repository), SoakLedger.Load(repository));
    }

    // Whoever reads it meanwhile sees the old one or the new one, whole.
    private static void Replace(string path, string text)
    {
        var half = $"{path}.{Environment.ProcessId}";
        File.WriteAllText(half, text);
        File.Move(half, path, overwrite: true);
    }
}
