using System.Text.RegularExpressions;
using XoeNovAi.Report.Catalogue;

namespace XoeNovAi.IntegrationTests.Reporting;

/// <summary>The catalogue and the tests speak of the same scenarios.</summary>
[TestClass]
public sealed partial class CatalogueTests
{
    private static readonly string[] Folders = ["IntegrationTests", "Gateway/Tests", "Consul/Tests", "Hosting/Tests"];

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Every_id_that_a_test_names_is_in_the_catalogue()
    {
        var known = ScenarioCatalogue.Read(Repository.Root).Select(static s => s.Id).ToHashSet(StringComparer.Ordinal);
        Assert.IsGreaterThan(100, known.Count, "The catalogue was read.");

        var named = Folders.SelectMany(static f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories))
            .SelectMany(static file => Named().Matches(File.ReadAllText(file)).Select(match => (Id: match.Groups["id"].Value, File: Path.GetFileName(file)))).ToList();
        Assert.IsGreaterThan(100, named.Count, "The tests were read.");
        Assert.IsEmpty(named.Where(n => !known.Contains(n.Id)).Select(static n => $"{n.Id} in {n.File}").ToList());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void No_id_is_in_the_catalogue_twice()
        => Assert.IsEmpty(ScenarioCatalogue.Read(Repository.Root).CountBy(static s => s.Id).Where(static c => c.Value > 1).Select(static c => c.Key).ToList());

    [GeneratedRegex("""\[Scenario\("(?<id>[^"]+)"\)""")]
    private static partial Regex Named();
}
