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
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Writes it into a run's folder.</summary>
    public void Save(string folder) => File.WriteAllText(Path.Combine(folder, $"{Project}{Suffix}"), JsonSerializer.Serialize(this, Json));

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
