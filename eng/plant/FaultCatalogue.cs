using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace XoeNovAi.Plant;

/// <summary>The faults of <c>eng/plant/faults</c>.</summary>
public static class FaultCatalogue
{
    private const string Folder = "eng/plant/faults";

    /// <summary>Reads them, by the file they are in.</summary>
    /// <param name="repository">The checkout.</param>
    /// <exception cref="InvalidDataException">A file cannot be read, or names a fault that another has named.</exception>
    public static IReadOnlyList<(string Source, PlantedFault Fault)> Read(string repository)
    {
        var reader = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithEnforceRequiredMembers().Build();
        var found = new List<(string Source, PlantedFault Fault)>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(repository, Folder), "*.yaml").Order(StringComparer.Ordinal))
        {
            try
            {
                found.AddRange(reader.Deserialize<List<PlantedFault>>(File.ReadAllText(file)).Select(f => (Path.GetFileNameWithoutExtension(file), f)));
            }
            catch (YamlException exception)
            {
                throw new InvalidDataException($"{Folder}/{Path.GetFileName(file)}, line {exception.Start.Line}: {exception.InnerException?.Message ?? exception.Message}", exception);
            }
        }

        return found.CountBy(static f => f.Fault.Id).FirstOrDefault(static c => c.Value > 1) is { Key: { } twice }
            ? throw new InvalidDataException($"{Folder}: '{twice}' is there twice.")
            : found;
    }

    /// <summary>Faults that can be planted together: of one test project, in files and found by classes of their own.</summary>
    internal static IReadOnlyList<IReadOnlyList<PlantedFault>> Group(IEnumerable<PlantedFault> faults, int most)
    {
        var groups = new List<List<PlantedFault>>();
        foreach (var fault in faults)
        {
            var fitting = fault.Alone ? null : groups.Find(g => g.Count < most && g.TrueForAll(other => CanStandTogether(fault, other)));
            if (fitting is null)
            {
                groups.Add(fitting = []);
            }

            fitting.Add(fault);
        }

        return groups;
    }

    private static bool CanStandTogether(PlantedFault one, PlantedFault other)
        => !other.Alone && one.Tests == other.Tests && one.File != other.File && !one.Classes.Intersect(other.Classes, StringComparer.Ordinal).Any();
}
