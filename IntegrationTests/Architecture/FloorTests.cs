using System.Text.RegularExpressions;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;

namespace XoeNovAi.IntegrationTests.Architecture;

/// <summary>How the product is built: its folders are floors, and what stands below knows nothing of what stands on it.</summary>
[TestClass]
public sealed partial class FloorTests
{
    private static readonly string Binaries = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("AppHost")]
    [DataRow("Consul")]
    [DataRow("Gateway")]
    [DataRow("Hosting.Podman")]
    [DataRow("Hosting.Publishing")]
    [DataRow("Hosting.Testing")]
    [DataRow("Rag")]
    [DataRow("ServiceDefaults")]
    public void Its_folders_do_not_depend_on_each_other_in_a_circle(string assembly)
    {
        var root = $"XoeNovAi.{assembly}.";
        var architecture = Load(assembly);
        Assert.IsGreaterThan(1, architecture.Namespaces.Count(n => n.FullName.StartsWith(root, StringComparison.Ordinal)), $"Of '{assembly}' too few folders were found.");

        var results = SliceRuleDefinition.Slices().Matching($"{root}(*)").Should().BeFreeOfCycles().Evaluate(architecture);
        Assert.IsEmpty(results.Where(static r => !r.Passed).Select(static r => r.Description).ToList());
    }

    [TestMethod]
    [TestCategory("Quick")]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void What_all_services_stand_on_names_none_of_them()
    {
        var services = SharedStack.Current.Model.Services.Select(static s => s.Key).ToList();
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "ServiceDefaults"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Text().Matches(File.ReadAllText(file)).Select(m => (File: Path.GetFileName(file), Text: m.Groups[1].Value)))
            .Where(t => services.Contains(t.Text, StringComparer.Ordinal))
            .ToList();

        Assert.IsNotEmpty(services);
        Assert.IsEmpty(named);
    }

    private static ArchUnitNET.Domain.Architecture Load(string assembly)
    {
        var folder = Path.Combine(Binaries, assembly, Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)));
        return new ArchLoader().LoadFilteredDirectory(folder, $"*{assembly}.dll").Build();
    }

    [GeneratedRegex("\"([a-z0-9-]+)\"")]
    private static partial Regex Text();
}
