using System.Text;
using XoeNovAi.Hosting.Podman.Runs;

namespace XoeNovAi.Hosting.Tests.Runs;

/// <summary>What a run keeps on disk, and by what another one knows whether it lives.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class RunFolderTests
{
    private const UnixFileMode OfOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private string _root = null!;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void Create() => _root = Directory.CreateTempSubdirectory("runs-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public async Task It_is_closed_to_others_and_so_is_a_secret_in_it()
    {
        var folder = RunFolder.Create(_root, "0a1b2c3d");
        var secret = await folder.WriteSecretAsync("one.env", "TOKEN=hush", TestContext.CancellationToken);

        Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(folder.Path) & OfOthers);
        Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(secret) & OfOthers);
        Assert.AreEqual("TOKEN=hush", await File.ReadAllTextAsync(secret, Encoding.UTF8, TestContext.CancellationToken));
    }

    [TestMethod]
    public void A_folder_for_mounts_is_empty_each_time_and_can_be_read_by_whoever_the_container_runs_as()
    {
        var folder = RunFolder.Create(_root, "0a1b2c3d");
        File.WriteAllText(Path.Combine(folder.CreateMountFolder("one"), "earlier"), string.Empty);

        var again = folder.CreateMountFolder("one");

        Assert.IsEmpty(Directory.GetFileSystemEntries(again));
        Assert.AreEqual(UnixFileMode.OtherRead | UnixFileMode.OtherExecute, File.GetUnixFileMode(again) & OfOthers);
    }

    [TestMethod]
    public void Its_owner_lives_as_long_as_this_process()
    {
        RunFolder.Create(_root, "0a1b2c3d");
        Directory.CreateDirectory(RunFolder.PathOf(_root, "11111111"));
        File.WriteAllText(Path.Combine(RunFolder.PathOf(_root, "11111111"), RunFolder.OwnerFile), $"{Environment.ProcessId} 1");
        Directory.CreateDirectory(RunFolder.PathOf(_root, "22222222"));

        var runs = RunFolder.List(_root).ToDictionary(static r => r.RunId, static r => r.Owner?.IsAlive);

        Assert.IsTrue(runs["0a1b2c3d"]);
        Assert.IsFalse(runs["11111111"], "A process of that id began at another time: it is another.");
        Assert.IsNull(runs["22222222"]);
        Assert.IsEmpty(RunFolder.List(Path.Combine(_root, "not-there")));
    }
}
