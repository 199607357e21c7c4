using XoeNovAi.Report.Commands;
using XoeNovAi.Report.Coverage;

namespace XoeNovAi.Coverage;

/// <summary>Builds, runs the tests with everything instrumented, merges, and counts.</summary>
internal sealed class CoverageRun
{
    private const string Configuration = "debug";

    // Instrumented services write what they have counted there, those in containers too (IntegrationTests/Harness/CoverageHits.cs).
    private const string HitsVariable = "COVERAGE_HITS";

    // Not a tool of the repository's manifest: restoring two of them into a home that has none mixes them up (SDK 10.0.401).
    private const string Merger = "5.6.0";
    private const UnixFileMode ForEverybody = (UnixFileMode)0b111_111_111;
    private const UnixFileMode ForWhoKnowsTheWay = (UnixFileMode)0b111_001_001;

    // Services in containers are other users of the machine, each of which adds to what another has written.
    private const string Shared = "umask 0; exec \"$0\" \"$@\"";
    private readonly CoverageOptions _options;
    private readonly string _repository;
    private readonly string _folder;
    private readonly string _build;
    private readonly string _tools;
    private readonly Steps _steps;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<MeasuredGroup> _groups;

    public CoverageRun(CoverageOptions options, string repository, TimeProvider time, CancellationToken cancellationToken)
    {
        _options = options;
        _repository = repository;
        _folder = CoverageSummary.FolderOf(repository);
        _build = Path.Combine(_folder, "build");
        _tools = Path.Combine(_build, "tools");
        _steps = new(repository, Path.Combine(_folder, "log"), time, cancellationToken);
        _time = time;
        _groups = MeasuredGroup.Find(repository);
    }

    /// <summary>Does it all.</summary>
    public async Task<CoverageSummary> RunAsync()
    {
        // What an earlier one has left may be instrumented, or of other sources.
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        Directory.CreateDirectory(_folder);
        var temporary = Directory.CreateTempSubdirectory("coverage-");
        try
        {
            temporary.UnixFileMode = ForWhoKnowsTheWay;
            var hits = temporary.CreateSubdirectory(Guid.NewGuid().ToString("n")[..8]);
            hits.UnixFileMode = ForEverybody;
            await _steps.RunAsync("get ReportGenerator", "dotnet", ["tool", "install", "dotnet-reportgenerator-globaltool", "--version", Merger, "--tool-path", _tools]);
            await BuildAsync();
            var suites = new List<(TestSuite Suite, bool Passed)>();
            foreach (var suite in TestSuite.Of(_options))
            {
                suites.Add((suite, await TestAsync(suite, hits.FullName)));
            }

            await MergeAsync();
            return await SummarizeAsync(suites);
        }
        finally
        {
            temporary.Delete(recursive: true);
            if (!_options.Keep && Directory.Exists(_build))
            {
                Directory.Delete(_build, recursive: true);
            }
        }
    }

    // One file for an assembly, however many services have it: the tool instruments one of each name. Code that is compiled
    // ahead cannot be instrumented.
    private Task BuildAsync() => _steps.RunAsync(
        "build",
        "dotnet",
        [
            "build", "XoeNovAi.sln", "-p:MeasureCoverage=true", $"-p:ArtifactsPath={_build}", "-p:PublishReadyToRun=false", "-p:DebugType=portable",
            "-p:CreateHardLinksForCopyFilesToOutputDirectoryIfPossible=true", "-p:CreateHardLinksForCopyLocalIfPossible=true", "-p:CreateHardLinksForPublishFilesIfPossible=true",
        ]);

    private async Task<bool> TestAsync(TestSuite suite, string hits)
    {
        var results = ResultsOf(suite);
        List<string> arguments = ["--coverlet", "--results-directory", results, "--progress", "off", "--ansi", "off"];
        arguments.AddRange(_groups.SelectMany(static g => g.Assemblies).SelectMany(static a => (string[])["--coverlet-include", $"[{a}]*"]));
        if (suite.RunsServices)
        {
            arguments.AddRange(_groups.SelectMany(static g => g.Assemblies).Select(OutputOf).Where(Directory.Exists).SelectMany(static f => (string[])["--coverlet-include-directory", f]));
        }

        if (suite.Filter is { } filter)
        {
            arguments.AddRange(["--filter", filter]);
        }

        // What processes of the stack are started with finds this build, too.
        var environment = new Dictionary<string, string?> { ["ArtifactsPath"] = _build, ["TMPDIR"] = hits, [HitsVariable] = hits };
        var program = Path.Combine(_build, "bin", suite.Name, Configuration, suite.Name);
        string[] command = suite.RunsServices ? ["sh", "-c", Shared, program] : [program];
        var exitCode = await _steps.TryAsync(StepOf(suite), command[0], [.. command.Skip(1), .. arguments], environment);
        if (ReportOf(suite, "opencover") is null)
        {
            throw new StepException($"{suite.Name} left no coverage. Its last lines, of {_steps.LogOf(StepOf(suite))}:{Environment.NewLine}{_steps.LastLines(StepOf(suite))}");
        }

        if (exitCode != 0)
        {
            Console.Error.WriteLine(_steps.LastLines(StepOf(suite)));
        }

        return exitCode == 0;
    }

    private Task MergeAsync() => _steps.RunAsync(
        "merge",
        Path.Combine(_tools, "reportgenerator"),
        [
            $"-reports:{Path.Combine(_folder, "runs", "*", "*opencover*.xml")}", $"-targetdir:{_folder}", "-reporttypes:Html;Cobertura", "-verbosity:Warning", "-title:Xoe-NovAi",
        ]);

    private async Task<CoverageSummary> SummarizeAsync(List<(TestSuite Suite, bool Passed)> suites)
    {
        var merged = CoberturaLines.Read(Path.Combine(_folder, "Cobertura.xml"));
        var alone = suites.Select(s => CoberturaLines.Read(ReportOf(s.Suite, "cobertura")!)).ToList();
        var summary = new CoverageSummary(
            await Git.RunAsync(_repository, "rev-parse", "HEAD"),
            (await Git.RunAsync(_repository, "status", "--porcelain", "--untracked-files=no")).Length > 0,
            _time.GetUtcNow(),
            _options.Limit,
            [.. suites.Select(static s => new CoverageSuite(s.Suite.Name, s.Suite.How, s.Passed))],
            Summarizing.GroupsOf(_groups, merged, alone),
            Summarizing.FilesOf(_repository, merged));
        summary.Save(_repository);
        return summary;
    }

    private static string StepOf(TestSuite suite) => $"test {suite.Name}";

    private string ResultsOf(TestSuite suite) => Path.Combine(_folder, "runs", suite.Name);

    private string? ReportOf(TestSuite suite, string format)
        => Directory.Exists(ResultsOf(suite)) ? Directory.EnumerateFiles(ResultsOf(suite), $"*{format}*.xml").FirstOrDefault() : null;

    // What runs in a container is published; what is not, is a part of what is.
    private string OutputOf(string assembly) => Path.Combine(_build, "publish", assembly, Configuration);
}
