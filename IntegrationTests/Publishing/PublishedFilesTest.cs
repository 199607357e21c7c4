namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>A test of what the model publishes, which is removed after it.</summary>
public abstract class PublishedFilesTest
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xoe-novai-published-");

    public TestContext TestContext { get; set; } = null!;

    protected string Folder => _folder.FullName;

    protected CancellationToken Cancel => TestContext.CancellationToken;

    [TestCleanup]
    public void Remove() => _folder.Delete(recursive: true);

    /// <summary>Publishes; what is there is in the folder that is returned.</summary>
    protected async Task<string> PublishAsync(string publisher)
    {
        var (exitCode, output, errors) = await AppHostPublisher.RunAsync(publisher, Folder, [], Cancel);
        Assert.AreEqual(0, exitCode, $"{output}{errors}");
        return Path.Combine(Folder, publisher);
    }
}
