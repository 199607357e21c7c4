using System.Globalization;
using System.Text.Json;

namespace XoeNovAi.Report.Benchmarks;

/// <summary>What <c>eng/perf</c> has measured, the newest last: <c>artifacts/bench/history.json</c>.</summary>
/// <param name="Runs">A run for each time that a benchmark was run.</param>
public sealed record BenchmarkHistory(IReadOnlyList<BenchmarkRun> Runs)
{
    private const int Kept = 50;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where what benchmarks leave is in a checkout.</summary>
    /// <param name="repository">The checkout.</param>
    public static string FolderOf(string repository) => Path.Combine(repository, "artifacts", "bench");

    /// <summary>What there is of a checkout.</summary>
    /// <param name="repository">The checkout.</param>
    public static BenchmarkHistory Load(string repository)
    {
        try
        {
            return (File.Exists(PathOf(repository)) ? JsonSerializer.Deserialize<BenchmarkHistory>(File.ReadAllText(PathOf(repository)), Json) : null) ?? new([]);
        }
        catch (JsonException)
        {
            // Of a version that wrote it otherwise, or ended while it was written.
            return new([]);
        }
    }

    /// <summary>Adds a run and writes it; the oldest go.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="run">The run.</param>
    public static void Add(string repository, BenchmarkRun run)
    {
        Directory.CreateDirectory(FolderOf(repository));
        File.WriteAllText(PathOf(repository), JsonSerializer.Serialize(new BenchmarkHistory([.. Load(repository).Runs.Append(run).TakeLast(Kept)]), Json));
    }

    private static string PathOf(string repository) => Path.Combine(FolderOf(repository), "history.json");
}

/// <summary>A benchmark that was run.</summary>
/// <param name="Benchmark">Which.</param>
/// <param name="Commit">The commit it was built from.</param>
/// <param name="At">When.</param>
/// <param name="Figures">What it gave.</param>
public sealed record BenchmarkRun(string Benchmark, string Commit, DateTimeOffset At, IReadOnlyList<BenchmarkFigure> Figures);

/// <summary>A figure with its limit.</summary>
/// <param name="Scenario">The scenario of the catalogue.</param>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Of what; a ratio has <c>×</c>.</param>
/// <param name="Value">How much.</param>
/// <param name="AtLeast">What it must not be below; null when it may.</param>
/// <param name="AtMost">What it must not be above; null when it may.</param>
public sealed record BenchmarkFigure(string Scenario, string Name, string Unit, double Value, double? AtLeast, double? AtMost)
{
    /// <summary>Whether it keeps its limits.</summary>
    public bool IsMet => !(Value < AtLeast) && !(Value > AtMost) && double.IsFinite(Value);

    /// <summary>The limit in words; empty where there is none.</summary>
    public string Limit => AtLeast is { } least ? $"at least {Amount(least)}" : AtMost is { } most ? $"at most {Amount(most)}" : string.Empty;

    /// <summary>The value in words.</summary>
    public string Measured => Amount(Value);

    private string Amount(double value) => Unit == "×" ? string.Create(CultureInfo.InvariantCulture, $"×{value:0.00}") : string.Create(CultureInfo.InvariantCulture, $"{value:0.00} {Unit}");
}
