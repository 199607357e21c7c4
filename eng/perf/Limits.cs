using System.Text.Json;
using System.Text.Json.Serialization;
using XoeNovAi.Report.Benchmarks;

namespace XoeNovAi.Perf;

/// <summary>What is measured, and the limits of it: <c>eng/perf/limits.json</c>.</summary>
internal static class Limits
{
    private const string File = "eng/perf/limits.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads those of a benchmark.</summary>
    /// <exception cref="InvalidDataException">The file is not as it must be.</exception>
    public static IReadOnlyList<Limit> Read(string repository)
    {
        try
        {
            return JsonSerializer.Deserialize<List<Limit>>(System.IO.File.ReadAllText(Path.Combine(repository, File)), Json)!;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{File}: {exception.Message}", exception);
        }
    }

    /// <summary>What a benchmark printed, with its limits.</summary>
    /// <exception cref="InvalidDataException">It has not given a figure that has a limit.</exception>
    public static IReadOnlyList<BenchmarkFigure> Judge(this IEnumerable<Limit> limits, string benchmark, IReadOnlyDictionary<string, double> figures) =>
    [
        .. limits.Where(l => l.Benchmark == benchmark).Select(l => figures.TryGetValue(l.Name, out var value)
            ? new BenchmarkFigure(l.Scenario, l.Name, l.Unit, value, l.AtLeast, l.AtMost)
            : throw new InvalidDataException($"'{benchmark}' gave no figure '{l.Name}', of which {File} speaks.")),
    ];
}

/// <summary>A limit.</summary>
/// <param name="Benchmark">Of which benchmark.</param>
/// <param name="Scenario">The scenario of the catalogue.</param>
/// <param name="Name">What the benchmark calls the figure.</param>
/// <param name="Unit">Of what; a ratio has <c>×</c>.</param>
/// <param name="AtLeast">What it must not be below.</param>
/// <param name="AtMost">What it must not be above.</param>
internal sealed record Limit(string Benchmark, string Scenario, string Name, string Unit, double? AtLeast = null, double? AtMost = null);
