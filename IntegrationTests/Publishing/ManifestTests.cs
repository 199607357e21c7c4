using System.Text.Json.Nodes;

namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>What the model publishes.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ManifestTests
{
    private const string FileName = "aspire-manifest.json";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Scenario("PUB-01")]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task The_manifest_checked_in_is_what_the_model_publishes_with_nothing_set_up()
    {
        var folder = Directory.CreateTempSubdirectory("xoe-novai-manifest-");
        try
        {
            var (exitCode, output, errors) = await AppHostPublisher.RunAsync("manifest", folder.FullName, [], TestContext.CancellationToken);

            Assert.AreEqual(0, exitCode, $"{output}{errors}");
            var published = await ReadAsync(folder.FullName);
            var checkedIn = await ReadAsync(Path.Combine(Repository.Root, "aspire-manifest"));
            Assert.AreEqual(
                checkedIn.ToJsonString(),
                published.ToJsonString(),
                "The model has changed: write the manifest with 'dotnet run --project AppHost -- --publisher manifest --output-path ../aspire-manifest', and look at the difference.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Paths are relative to where the manifest lies.
    private async Task<JsonNode> ReadAsync(string folder)
    {
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, FileName), TestContext.CancellationToken))!;
        foreach (var (_, resource) in manifest["resources"]!.AsObject())
        {
            if (resource!["path"] is { } path)
            {
                resource["path"] = Path.GetRelativePath(Repository.Root, Path.GetFullPath(path.GetValue<string>(), folder));
            }
        }

        return manifest;
    }
}
