using System.Formats.Tar;
using XoeNovAi.Hosting.Podman.Images;

namespace XoeNovAi.Hosting.Tests.Images;

/// <summary>The files an image's build sees.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class BuildContextTests
{
    private string _folder = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory("context-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task What_is_ignored_is_not_sent_and_links_stay_links()
    {
        Write("kept/file", "kept");
        Write("secrets/key", "key");
        Write("secrets/public", "public");
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "kept/file");

        var sent = await EntriesAsync(BuildContext.Read(_folder, "FROM scratch", "secrets\n!secrets/public\n"));

        CollectionAssert.AreEquivalent(new List<string> { BuildContext.DockerfileName, ".containerignore", "kept", "kept/file", "secrets/public", "link → kept/file" }, sent);
    }

    [TestMethod]
    public async Task Its_hash_changes_with_whatever_the_image_is_made_of_and_with_nothing_else()
    {
        Write("file", "one");
        Write("ignored", "one");
        var first = await HashAsync();

        Write("ignored", "two");
        Assert.AreEqual(first, await HashAsync());
        Assert.AreNotEqual(first, await HashAsync(dockerfile: "FROM other"));
        Assert.AreNotEqual(first, await HashAsync(other: "VERSION=2"));
        File.SetUnixFileMode(Path.Combine(_folder, "file"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.AreNotEqual(first, await HashAsync(), "It can be run now.");
        File.Delete(Path.Combine(_folder, "file"));
        Write("file", "two");
        Assert.AreNotEqual(first, await HashAsync());
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private Task<string> HashAsync(string dockerfile = "FROM scratch", string other = "VERSION=1") => BuildContext.Read(_folder, dockerfile, "ignored").HashAsync([other], Cancelled);

    private async Task<List<string>> EntriesAsync(BuildContext context)
    {
        using var tar = new MemoryStream();
        await context.WriteAsync(tar, Cancelled);
        tar.Position = 0;
        await using var reader = new TarReader(tar);
        var names = new List<string>();
        while (await reader.GetNextEntryAsync(copyData: false, Cancelled) is { } entry)
        {
            var name = entry.Name.TrimEnd('/');
            names.Add(entry.EntryType == TarEntryType.SymbolicLink ? $"{name} → {entry.LinkName}" : name);
        }

        return names;
    }
}
