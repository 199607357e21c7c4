using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>
/// What a scenario has measured, printed and written where a report can take it: <c>TestResults/SCENARIO.json</c> beside the tests, with
/// the distributions, all in milliseconds, and what was counted. What it has seen one by one is a table beside it.
/// </summary>
internal sealed class ScenarioFigures(TestContext context, string scenario)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly Dictionary<string, DistributionFigures> _distributions = [];
    private readonly Dictionary<string, long> _counts = [];
    private readonly List<object> _faults = [];

    public void Add(string name, Distribution distribution)
    {
        context.WriteLine($"{name}: {distribution}");
        _distributions.Add(name, distribution.Figures);
    }

    public void Add(string name, long count)
    {
        context.WriteLine($"{name}: {count}");
        _counts.Add(name, count);
    }

    /// <summary>A fault, from when to when it was in force: the report shades it in what happened meanwhile.</summary>
    public void AddFault(string name, DateTimeOffset from, DateTimeOffset to) => _faults.Add(new { name, from, to });

    public void Write() => Keep("json", JsonSerializer.Serialize(new { scenario, distributions = _distributions, counts = _counts, faults = _faults }, Json));

    /// <summary>Writes a table of what was seen one by one.</summary>
    public void WriteTable(string heading, IEnumerable<string> lines) => Keep("csv", string.Join('\n', lines.Prepend(heading)) + '\n');

    /// <summary>Writes a history for programs, of which each line is JSON.</summary>
    public void WriteLines(IEnumerable<string> lines) => Keep("jsonl", string.Concat(lines.Select(static l => $"{l}\n")));

    private void Keep(string kind, string text)
    {
        // The runner's own folder of a test is gone once it has passed.
        var path = Path.Combine(AppContext.BaseDirectory, "TestResults", $"{scenario}.{kind}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        context.AddResultFile(path);
    }
}
