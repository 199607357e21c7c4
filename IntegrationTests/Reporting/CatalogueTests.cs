using System.Text.RegularExpressions;
using XoeNovAi.Report.Catalogue;

namespace XoeNovAi.IntegrationTests.Reporting;

/// <summary>The catalogue and the tests speak of the same scenarios.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed partial class CatalogueTests
{
    private static readonly string[] Folders = ["IntegrationTests", "Gateway/Tests", "Consul/Tests", "Hosting/Tests"];

    private static readonly IReadOnlyList<string> Known = [.. ScenarioCatalogue.Read(Repository.Root).Select(static s => s.Id)];

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Every_id_that_a_test_names_is_in_the_catalogue()
    {
        var named = Tagged();
        Assert.IsGreaterThan(100, Known.Count, "The catalogue was read.");
        Assert.IsGreaterThan(100, named.Count, "The tests were read.");
        Assert.IsEmpty(named.Where(static n => !Known.Contains(n.Id)).Select(static n => $"{n.Id} in {n.File}").ToList());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Every_id_of_the_catalogue_has_a_test_or_is_said_to_have_none()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, ScenarioCatalogue.File));
        var without = Id().Matches(Untested().Match(text).Groups["ids"].Value).Select(static m => m.Value).ToList();
        var measured = Id().Matches(Measured().Match(text).Groups["ids"].Value).Select(static m => m.Value).ToList();
        var tagged = Tagged().Select(static n => n.Id).Distinct(StringComparer.Ordinal).ToList();

        Assert.IsEmpty(Known.Except(tagged).Except(without).Except(measured).ToList(), "These have no test, and nothing says so.");
        Assert.IsEmpty(without.Intersect(tagged.Concat(measured)).ToList(), "These have a test or are measured, and are said to have none.");
        Assert.IsEmpty(measured.Intersect(tagged).ToList(), "These have a test, and are said to be measured by a command.");
        CollectionAssert.AreEquivalent(measured, Limited().Matches(File.ReadAllText(Path.Combine(Repository.Root, "eng/perf/limits.json"))).Select(static m => m.Groups["id"].Value).Distinct(StringComparer.Ordinal).ToList(), "These are measured, and those have limits.");
        Assert.IsEmpty(without.Except(Known).ToList(), "These are no scenarios.");
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void An_id_in_a_comment_of_a_test_is_a_tag_too()
    {
        var told = Sources().Where(static f => f.EndsWith("Tests.cs", StringComparison.Ordinal))
            .SelectMany(static file => File.ReadLines(file).Where(static l => l.TrimStart().StartsWith("//", StringComparison.Ordinal)).SelectMany(static l => Id().Matches(l)).Select(m => (Id: m.Value, File: Path.GetFileName(file))))
            .Where(static t => Known.Contains(t.Id));
        Assert.IsEmpty(told.Except(Tagged()).Select(static t => $"{t.Id} in {t.File}").ToList());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void The_quick_lane_has_a_test_of_every_area()
    {
        var areas = Directory.EnumerateFiles(Path.Combine(Repository.Root, "IntegrationTests"), "*Tests.cs", SearchOption.AllDirectories).GroupBy(static f => Path.GetFileName(Path.GetDirectoryName(f))).ToList();
        Assert.IsGreaterThan(10, areas.Count, "The tests were found.");
        Assert.IsEmpty(areas.Where(static a => !a.Any(static f => File.ReadAllText(f).Contains("[TestCategory(\"Quick\")]", StringComparison.Ordinal))).Select(static a => a.Key).ToList());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void No_id_is_in_the_catalogue_twice()
        => Assert.IsEmpty(Known.CountBy(static id => id).Where(static c => c.Value > 1).Select(static c => c.Key).ToList());

    private static IEnumerable<string> Sources()
        => Folders.SelectMany(static f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories));

    private static List<(string Id, string File)> Tagged()
        => [.. Sources().SelectMany(static file => Named().Matches(File.ReadAllText(file)).Select(match => (match.Groups["id"].Value, Path.GetFileName(file))))];

    [GeneratedRegex("""\[Scenario\("(?<id>[^"]+)"\)""")]
    private static partial Regex Named();

    [GeneratedRegex("[A-Z]{2,5}-[0-9]{2}")]
    private static partial Regex Id();

    [GeneratedRegex("^## Measured by a command\n(?<ids>[^:]*):", RegexOptions.Multiline)]
    private static partial Regex Measured();

    [GeneratedRegex(""""scenario": "(?<id>[^"]+)"""")]
    private static partial Regex Limited();

    [GeneratedRegex("^## Without a test yet\n(?<ids>[^:]*):", RegexOptions.Multiline)]
    private static partial Regex Untested();
}
