using System.Text.Json;
using System.Text.Json.Serialization;

namespace XoeNovAi.Report.Plants;

/// <summary>What <c>eng/plant</c> has found out, over several runs of it: <c>artifacts/plant/results.json</c>.</summary>
/// <param name="Results">A result for each fault that was planted.</param>
public sealed record PlantSummary(IReadOnlyList<PlantResult> Results)
{
    private const string FileName = "results.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>Where it is in a checkout.</summary>
    /// <param name="repository">The checkout.</param>
    public static string FolderOf(string repository) => Path.Combine(repository, "artifacts", "plant");

    /// <summary>What there is of a checkout; nothing when no fault was planted yet.</summary>
    /// <param name="repository">The checkout.</param>
    public static PlantSummary Load(string repository)
    {
        var path = Path.Combine(FolderOf(repository), FileName);
        try
        {
            return (File.Exists(path) ? JsonSerializer.Deserialize<PlantSummary>(File.ReadAllText(path), Json) : null) ?? new([]);
        }
        catch (JsonException)
        {
            // Of a version that wrote it otherwise, or ended while it was written.
            return new([]);
        }
    }

    /// <summary>This with another result, which takes the place of an earlier one of the same fault.</summary>
    /// <param name="result">The result.</param>
    public PlantSummary With(PlantResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new([.. Results.Where(r => r.Id != result.Id).Append(result).OrderBy(static r => r.Scenario, StringComparer.Ordinal).ThenBy(static r => r.Id, StringComparer.Ordinal)]);
    }

    /// <summary>Writes it.</summary>
    /// <param name="repository">The checkout.</param>
    public void Save(string repository)
    {
        Directory.CreateDirectory(FolderOf(repository));
        File.WriteAllText(Path.Combine(FolderOf(repository), FileName), JsonSerializer.Serialize(this, Json));
    }
}

/// <summary>What became of a planted fault.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Scenario">The scenario of the catalogue that must turn red.</param>
/// <param name="What">What is wrong with the product once it is planted.</param>
/// <param name="Definition">Tells whether the fault was defined as it is now.</param>
/// <param name="Commit">The commit it was planted in.</param>
/// <param name="At">When.</param>
/// <param name="Verdict">Whether the suite found it.</param>
/// <param name="Detail">What the tests said.</param>
public sealed record PlantResult(string Id, string Scenario, string What, string Definition, string Commit, DateTimeOffset At, PlantVerdict Verdict, string Detail);

/// <summary>Whether the suite found a planted fault.</summary>
public enum PlantVerdict
{
    /// <summary>The tests that it names turned red, for the reason that it names, and no other did.</summary>
    Found,

    /// <summary>A test that it names stayed green: a hole in the suite.</summary>
    NotFound,

    /// <summary>They turned red for another reason.</summary>
    OtherReason,

    /// <summary>Tests turned red that it does not name.</summary>
    OthersRed,

    /// <summary>The product with the fault could not be built, or its tests were not run.</summary>
    NotRun,
}
