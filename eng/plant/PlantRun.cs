using System.Text.RegularExpressions;
using XoeNovAi.Report.Commands;
using XoeNovAi.Report.Plants;
using XoeNovAi.Report.Runs;

namespace XoeNovAi.Plant;

/// <summary>Plants faults, group after group, and says of each whether it was found.</summary>
internal sealed class PlantRun : IAsyncDisposable
{
    private const int LongestSaid = 400;

    // What a fault makes slow, or what it makes an analyzer say, is not what it was planted for.
    private static readonly string[] Quick = ["-p:PublishReadyToRun=false", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false"];

    private readonly string _repository;
    private readonly string _tree;
    private readonly string _commit;
    private readonly Steps _steps;
    private readonly TimeProvider _time;
    private readonly PlantOptions _options;
    private PlantSummary _summary;

    private PlantRun(PlantOptions options, string repository, string commit, TimeProvider time, CancellationToken cancellationToken)
    {
        _options = options;
        _repository = repository;
        _tree = Path.Combine(PlantSummary.FolderOf(repository), "tree");
        _commit = commit;
        _time = time;
        _steps = new(_tree, Path.Combine(PlantSummary.FolderOf(repository), "log"), time, cancellationToken);
        _summary = PlantSummary.Load(repository);
    }

    /// <summary>Makes the copy that faults are planted in.</summary>
    public static async Task<PlantRun> CreateAsync(PlantOptions options, string repository, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = new PlantRun(options, repository, await Git.RunAsync(repository, "rev-parse", "HEAD"), time, cancellationToken);
        await run.RemoveTreeAsync();
        await Git.RunAsync(repository, "worktree", "add", "--quiet", "--detach", run._tree, run._commit);
        return run;
    }

    /// <summary>Plants them.</summary>
    /// <returns>What became of each, those that were not planted again included.</returns>
    public async Task<PlantSummary> RunAsync(IReadOnlyList<PlantedFault> faults)
    {
        var left = faults.Where(f => _options.Again || !_summary.Results.Any(r => r.Id == f.Id && r.Definition == f.Definition && r.Verdict == PlantVerdict.Found)).ToList();
        Console.WriteLine($"{left.Count} of {faults.Count} faults are to be planted.");
        var groups = FaultCatalogue.Group(left, _options.Together);
        for (var i = 0; i < groups.Count; i++)
        {
            Console.WriteLine($"{Environment.NewLine}{i + 1} of {groups.Count}: {string.Join(", ", groups[i].Select(static f => f.Id))}");
            var results = await PlantAsync(groups[i]);

            // Whatever is not as it must be may be another's doing.
            var again = groups[i].Count > 1 ? results.Where(static r => r.Verdict != PlantVerdict.Found).ToList() : [];
            Keep([.. results.Except(again)]);
            foreach (var fault in groups[i].Where(f => again.Exists(r => r.Id == f.Id)))
            {
                Console.WriteLine($"{Environment.NewLine}alone: {fault.Id}");
                Keep(await PlantAsync([fault]));
            }
        }

        return _summary;
    }

    /// <summary>Removes the copy.</summary>
    public async ValueTask DisposeAsync() => await RemoveTreeAsync();

    private void Keep(IReadOnlyList<PlantResult> results)
    {
        foreach (var result in results)
        {
            _summary = _summary.With(result);
            Console.WriteLine($"  {result.Verdict}: {result.Id} ({result.Scenario}){(result.Verdict == PlantVerdict.Found ? string.Empty : $": {result.Detail}")}");
        }

        _summary.Save(_repository);
    }

    private async Task<IReadOnlyList<PlantResult>> PlantAsync(IReadOnlyList<PlantedFault> faults)
    {
        await Git.RunAsync(_tree, "checkout", "--quiet", "--force", "HEAD");
        foreach (var fault in faults)
        {
            fault.PutInto(_tree);
        }

        var none = new Dictionary<string, string?>();
        const string Build = "build";
        const string Test = "test";
        if (await _steps.TryAsync(Build, "dotnet", ["build", "XoeNovAi.sln", "-v", "q", .. Quick], none) != 0)
        {
            return [.. faults.Select(f => ResultOf(f, PlantVerdict.NotRun, $"it does not build:{Environment.NewLine}{_steps.LastLines(Build)}"))];
        }

        foreach (var old in RunFolder.All(_tree))
        {
            Directory.Delete(old, recursive: true);
        }

        var classes = faults.SelectMany(static f => f.Classes).Distinct(StringComparer.Ordinal);
        await _steps.TryAsync(Test, "dotnet", ["test", "--project", faults[0].Tests, "--no-build", "--filter", string.Join('|', classes.Select(static c => $"FullyQualifiedName~.{c}."))], none);
        var tests = RunFolder.All(_tree).SelectMany(ProjectRun.Load).SelectMany(static p => p.Tests).ToList();
        return [.. faults.Select(f => Judge(f, tests, faults))];
    }

    private PlantResult Judge(PlantedFault fault, List<TestRecord> tests, IReadOnlyList<PlantedFault> planted)
    {
        var must = fault.Red.Select(name => (Name: name, Tests: tests.Where(t => IsNamed(t, name)).ToList())).ToList();
        var red = must.SelectMany(static m => m.Tests).Where(static t => t.Outcome == Outcome.Failed).ToList();
        var others = tests.Where(t => t.Outcome == Outcome.Failed && fault.Classes.Contains(t.Class.Split('.')[^1])
            && !planted.SelectMany(static f => f.Red.Concat(f.Also)).Any(name => IsNamed(t, name))).ToList();
        return must.Find(static m => m.Tests.Count == 0) is { Name: { } missing } ? ResultOf(fault, PlantVerdict.NotRun, $"no test {missing} was run:{Environment.NewLine}{_steps.LastLines("test")}")
            : must.Find(static m => m.Tests.TrueForAll(static t => t.Outcome != Outcome.Failed)) is { Name: { } green } ? ResultOf(fault, PlantVerdict.NotFound, $"{green} stayed green")
            : !must.Exists(m => m.Tests.Exists(t => t.Scenarios.Contains(fault.Scenario))) ? ResultOf(fault, PlantVerdict.OtherReason, $"no test that turned red covers {fault.Scenario}")
            : !red.Exists(t => Regex.IsMatch(t.Message ?? string.Empty, fault.Because, RegexOptions.Singleline)) ? ResultOf(fault, PlantVerdict.OtherReason, $"'{fault.Because}' is not in: {string.Join(Environment.NewLine, red.Select(static t => t.Message))}")
            : others.Count > 0 ? ResultOf(fault, PlantVerdict.OthersRed, string.Join(Environment.NewLine, others.Select(static t => $"{t.Id}: {t.Message}")))
            : ResultOf(fault, PlantVerdict.Found, Said(red));
    }

    private PlantResult ResultOf(PlantedFault fault, PlantVerdict verdict, string detail) => new(fault.Id, fault.Scenario, fault.What, fault.Definition, _commit, _time.GetUtcNow(), verdict, detail);

    // Of an assertion's message: what it says of itself, and which values it saw.
    private static string Said(List<TestRecord> red)
    {
        var message = string.Join(' ', (red[0].Message ?? string.Empty).Split('\n').Select(static l => l.Trim()).Where(static l => l.Length > 0).TakeWhile(static l => !l.StartsWith("at ", StringComparison.Ordinal)));
        return $"{red[0].Class.Split('.')[^1]}.{red[0].Method}: {message[..Math.Min(message.Length, LongestSaid)]}";
    }

    private static bool IsNamed(TestRecord test, string name) => $"{test.Class.Split('.')[^1]}.{test.Method}".StartsWith(name, StringComparison.Ordinal);

    // Git may know nothing of it any more: then it is what a run has left that was killed.
    private async Task RemoveTreeAsync()
    {
        if (Directory.Exists(_tree))
        {
            Directory.Delete(_tree, recursive: true);
        }

        await Git.RunAsync(_repository, "worktree", "prune");
    }
}
