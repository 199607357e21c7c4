using System.Text.Json;
using System.Text.Json.Serialization;

namespace XoeNovAi.Report.Runs;

/// <summary>The tests of a project in a run: a file of the run's folder.</summary>
/// <param name="Project">The project.</param>
/// <param name="Started">When its tests began.</param>
/// <param name="Ended">When they were done.</param>
/// <param name="Tests">The tests, in the order in which they ended.</param>
public sealed record ProjectRun(string Project, DateTimeOffset Started, DateTimeOffset Ended, IReadOnlyList<TestRecord> Tests)
{
    private const string Suffix = ".tests.json";
    private const string BegunSuffix = ".begun";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Says in a run's folder that a project's tests have begun: until <see cref="Save"/>, nobody knows how they end.</summary>
    public static void Begin(string folder, string project) => File.WriteAllText(Path.Combine(folder, $"{project}{BegunSuffix}"), string.Empty);

    /// <summary>The projects of a run whose tests have begun and did not come to their end, or have not yet.</summary>
    public static IReadOnlyList<string> Unfinished(string folder)
        => [.. Directory.EnumerateFiles(folder, $"*{BegunSuffix}").Select(static f => Path.GetFileName(f)[..^BegunSuffix.Length]).Order(StringComparer.Ordinal)];

    /// <summary>Writes it into a run's folder.</summary>
    public void Save(string folder)
    {
        File.WriteAllText(Path.Combine(folder, $"{Project}{Suffix}"), JsonSerializer.Serialize(this, Json));
        File.Delete(Path.Combine(folder, $"{Project}{BegunSuffix}"));
    }

    /// <summary>Reads all projects of a run, in the order in which they ran. A file that is none is left out: the run was ended while it was written.</summary>
    public static IReadOnlyList<ProjectRun> Load(string folder)
    {
        var found = new List<ProjectRun>();
        foreach (var file in Directory.EnumerateFiles(folder, $"*{Suffix}"))
        {
            try
            {
                found.Add(JsonSerializer.Deserialize<ProjectRun>(File.ReadAllText(file), Json)!);
            }
            catch (JsonException)
            {
            }
        }

        return [.. found.OrderBy(static p => p.Started)];
    }
}
