using System.Text.Json;
using XoeNovAi.Report.Runs;

namespace XoeNovAi.Report.Soaks;

/// <summary>How often each test has failed when it was run again and again, by <c>eng/soak</c>: <c>artifacts/soak/ledger.json</c>.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Filter">Which tests.</param>
/// <param name="At">When the last run ended.</param>
/// <param name="Runs">How often they were run.</param>
/// <param name="Tests">The tests.</param>
public sealed record SoakLedger(string Commit, string Filter, DateTimeOffset At, int Runs, IReadOnlyList<SoakedTest> Tests)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where it is in a checkout.</summary>
    public static string FolderOf(string repository) => Path.Combine(repository, "artifacts", "soak");

    /// <summary>What there is of a checkout; null when nothing was soaked yet.</summary>
    public static SoakLedger? Load(string repository)
    {
        try
        {
            return File.Exists(FileOf(repository)) ? JsonSerializer.Deserialize<SoakLedger>(File.ReadAllText(FileOf(repository)), Json) : null;
        }
        catch (JsonException)
        {
            // Of a version that wrote it otherwise, or ended while it was written.
            return null;
        }
    }

    /// <summary>The tests that failed at least once, the worst first.</summary>
    public IReadOnlyList<SoakedTest> Failing => [.. Tests.Where(static t => t.Failed > 0).OrderByDescending(static t => t.Failed).ThenBy(static t => t.Id, StringComparer.Ordinal)];

    /// <summary>This with one more run.</summary>
    /// <param name="tests">The run's tests.</param>
    /// <param name="at">When it ended.</param>
    public SoakLedger With(IReadOnlyList<TestRecord> tests, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(tests);
        var known = Tests.ToDictionary(static t => t.Id, StringComparer.Ordinal);
        foreach (var test in tests)
        {
            known[test.Id] = (known.GetValueOrDefault(test.Id) ?? new(test.Id, 0, 0, 0, null)).With(test);
        }

        return this with { At = at, Runs = Runs + 1, Tests = [.. known.Values.OrderBy(static t => t.Id, StringComparer.Ordinal)] };
    }

    /// <summary>Writes it.</summary>
    public void Save(string repository)
    {
        Directory.CreateDirectory(FolderOf(repository));
        File.WriteAllText(FileOf(repository), JsonSerializer.Serialize(this, Json));
    }

    private static string FileOf(string repository) => Path.Combine(FolderOf(repository), "ledger.json");
}

/// <summary>A test that was run again and again.</summary>
/// <param name="Id">The test.</param>
/// <param name="Runs">How often it was run.</param>
/// <param name="Failed">How often it failed.</param>
/// <param name="Slowest">What it took at most, in seconds.</param>
/// <param name="LastFailure">What it said when it failed last; null when it never did.</param>
public sealed record SoakedTest(string Id, int Runs, int Failed, double Slowest, string? LastFailure)
{
    /// <summary>This with one more run.</summary>
    public SoakedTest With(TestRecord test)
    {
        ArgumentNullException.ThrowIfNull(test);
        var failed = test.Outcome is Outcome.Failed;
        return this with { Runs = Runs + 1, Failed = Failed + (failed ? 1 : 0), Slowest = Math.Max(Slowest, test.Seconds), LastFailure = failed ? test.Message : LastFailure };
    }
}
