using System.Text.RegularExpressions;
using XoeNovAi.Plant;
using XoeNovAi.Report.Catalogue;

namespace XoeNovAi.IntegrationTests.Reporting;

/// <summary>The faults of eng/plant fit the sources, the catalogue and the tests, so that planting them proves what it says.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class PlantTests
{
    private const int Fewest = 60;
    private static readonly IReadOnlyList<PlantedFault> Faults = [.. FaultCatalogue.Read(Repository.Root).Select(static f => f.Fault)];

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Each_fits_the_sources_as_they_are()
    {
        Assert.IsGreaterThanOrEqualTo(Fewest, Faults.Count);
        Assert.IsEmpty(Faults.Select(static f => f.Misfit(Repository.Root)).OfType<string>().ToList());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Each_is_of_a_scenario_and_names_tests_that_there_are()
    {
        var known = ScenarioCatalogue.Read(Repository.Root).Select(static s => s.Id).ToHashSet(StringComparer.Ordinal);
        Assert.IsEmpty(Faults.Where(f => !known.Contains(f.Scenario)).Select(static f => $"{f.Id}: {f.Scenario}").ToList());
        Assert.IsEmpty(Faults.SelectMany(static f => f.Red.Concat(f.Also).Where(name => !IsThere(f.Tests, name)).Select(name => $"{f.Id}: {name}")).ToList());
    }

    // By the class, which is the file's name, and the beginning of the method.
    private static bool IsThere(string project, string name)
    {
        var (type, method) = (name.Split('.')[0], name.Split('.')[1]);
        return Directory.EnumerateFiles(Path.Combine(Repository.Root, project), $"{type}.cs", SearchOption.AllDirectories)
            .Any(file => Regex.IsMatch(File.ReadAllText(file), $@"public (async )?(Task|void) {Regex.Escape(method)}\w*\("));
    }
}
