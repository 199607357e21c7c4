using System.IO.Compression;
using System.Xml.Linq;
using CliWrap;
using CliWrap.Buffered;

namespace XoeNovAi.Hosting.Tests.Examples;

/// <summary>The integrations as packages somebody else could take.</summary>
[TestClass]
public sealed class PackageTests
{
    private static readonly string[] Packages = ["Consul", "Podman", "Publishing", "Testing"];
    private string _folder = null!;

    public TestContext TestContext { get; set; } = null!;

    private static string Hosting => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(new Projects.Example_Api().ProjectPath)!, "..", ".."));

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory("packages-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    [Scenario("HOST-01")]
    public async Task The_example_is_built_against_them()
    {
        foreach (var package in Packages)
        {
            await DotnetAsync("pack", Path.Combine(Hosting, package), "--output", Feed, $"-p:ArtifactsPath={Path.Combine(_folder, "pack")}");
        }

        var made = Directory.GetFiles(Feed).Select(static f => Path.GetFileName(f)!).Order(StringComparer.Ordinal).ToList();
        Assert.HasCount(Packages.Length, made);
        foreach (var package in Packages)
        {
            await CheckAsync(Path.Combine(Feed, made.Single(m => m.StartsWith($"XoeNovAi.Hosting.{package}.", StringComparison.Ordinal))));
        }

        // What is restored of them goes with the folder; all else comes from where it is already.
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var output = Path.Combine(_folder, "build");
        await DotnetAsync("build", Path.Combine(Hosting, "Examples", "AppHost"), "-p:UsePackages=true", $"-p:RestoreAdditionalProjectSources={Feed}", $"-p:RestorePackagesPath={Path.Combine(_folder, "cache")}", $"-p:RestoreFallbackFolders={cache}", $"-p:ArtifactsPath={output}");

        var built = Directory.GetFiles(Path.Combine(output, "bin", "Example.AppHost"), "Hosting.*.dll", SearchOption.AllDirectories).Select(static f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);
        Assert.AreEqual("Hosting.Consul.dll, Hosting.Podman.dll", string.Join(", ", built));
        Assert.IsFalse(Directory.Exists(Path.Combine(output, "bin", "Hosting.Podman")), "It was built against the project.");
        Assert.HasCount(2, Directory.GetDirectories(Path.Combine(_folder, "cache"), "xoenovai.*"));
    }

    private string Feed => Path.Combine(_folder, "feed");

    private static async Task CheckAsync(string package)
    {
        await using var archive = await ZipFile.OpenReadAsync(package);
        var names = archive.Entries.Select(static e => e.FullName).ToList();
        Assert.Contains("README.md", names);
        Assert.IsTrue(names.Exists(static n => n.StartsWith("lib/net10.0/", StringComparison.Ordinal) && n.EndsWith(".xml", StringComparison.Ordinal)), "The documentation of its members is missing.");
        await using var specification = await archive.Entries.Single(static e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).OpenAsync();
        var metadata = XDocument.Load(specification).Root!.Elements().Single();
        string Value(string name) => metadata.Elements().Single(e => e.Name.LocalName == name).Value;
        Assert.AreEqual(("MIT", "README.md"), (Value("license"), Value("readme")));
        Assert.IsTrue(metadata.Descendants().Any(static d => d.Name.LocalName == "dependency" && d.Attribute("id")?.Value == "Aspire.Hosting"));
    }

    // Nothing of it outlives the test: no server of MSBuild's, and none of its temporary files.
    private async Task DotnetAsync(params string[] arguments)
    {
        var result = await Cli.Wrap("dotnet").WithArguments([.. arguments, "--nologo", "--disable-build-servers"]).WithWorkingDirectory(Hosting).WithValidation(CommandResultValidation.None)
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1", ["TMPDIR"] = Directory.CreateDirectory(Path.Combine(_folder, "temporary")).FullName })
            .ExecuteBufferedAsync(TestContext.CancellationToken);
        Assert.AreEqual(0, result.ExitCode, $"dotnet {string.Join(' ', arguments)}\n{result.StandardOutput}");
    }
}
