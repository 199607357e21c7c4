using System.Globalization;
using XoeNovAi.Report.Commands;
using XoeNovAi.Report.Runs;
using XoeNovAi.Report.Soaks;
using XoeNovAi.Soak;

// By Microsoft.Testing.Platform: of those test projects that the filter leaves nothing of.
const int NoTestInAProject = 8;

return await ToolProgram.RunAsync(args, SoakOptions.Usage, async ending =>
{
    var options = SoakOptions.Parse(args);
    var repository = RunFolder.Repository(AppContext.BaseDirectory);
    var commit = await Git.RunAsync(repository, "rev-parse", "HEAD");
    var time = TimeProvider.System;
    var steps = new Steps(repository, Path.Combine(SoakLedger.FolderOf(repository), "logs"), time, ending);
    await steps.RunAsync("build", "dotnet", ["build", "--verbosity", "quiet"]);
    var ledger = SoakLedger.Load(repository) is { } known && known.Commit == commit && known.Filter == options.Filter
        ? known
        : new SoakLedger(commit, options.Filter, time.GetUtcNow(), 0, []);
    for (var i = 1; i <= options.Times; i++)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"run {i} of {options.Times}");
        var before = Newest(repository);
        var exitCode = await steps.TryAsync(what, "dotnet", ["test", "--no-build", "--max-parallel-test-modules", "1", "--filter", options.Filter], new Dictionary<string, string?>());
        var report = Newest(repository);
        var tests = report is null || report == before ? [] : ProjectRun.Load(report).SelectMany(static p => p.Tests).ToList();
        if (tests.Count == 0 || (exitCode is not (0 or NoTestInAProject) && !tests.Exists(static t => t.Outcome is Outcome.Failed)))
        {
            throw new StepException($"'{what}' ended with {exitCode} after {tests.Count} tests, none of which failed. Its last lines:{Environment.NewLine}{steps.LastLines(what)}");
        }

        ledger = ledger.With(tests, time.GetUtcNow());
        ledger.Save(repository);
        foreach (var failed in tests.Where(static t => t.Outcome is Outcome.Failed))
        {
            Console.WriteLine($"  failed: {failed.Id}: {failed.Message?.Split('\n')[0]}");
        }
    }

    Console.WriteLine($"{Environment.NewLine}{ledger.Tests.Count} tests run {ledger.Runs} times.{string.Concat(ledger.Failing.Select(static t => $"{Environment.NewLine}  failed {t.Failed} of {t.Runs}: {t.Id}"))}");
    return ledger.Failing.Count == 0 ? 0 : ToolProgram.Failed;
});

static string? Newest(string repository) => RunFolder.All(repository) is [var newest, ..] ? newest : null;
