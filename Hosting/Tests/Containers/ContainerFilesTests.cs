using System.Formats.Tar;
using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>The files that go into a container before it starts.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ContainerFilesTests
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);
    private string _folder = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory("files-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Folders_owners_modes_and_umasks_are_those_of_the_model()
    {
        var source = Path.Combine(_folder, "source");
        await File.WriteAllTextAsync(source, "from a file", Cancelled);
        var files = await CollectAsync(_builder.AddContainer("one", "image")
            .WithContainerFiles("/etc/app/", [new ContainerDirectory { Name = "inner", Entries = [new ContainerFile { Name = "a", Contents = "text" }] }, new ContainerFile { Name = "b", SourcePath = source, Mode = UnixFileMode.UserRead, Owner = 7 }], defaultOwner: 5, defaultGroup: 6, umask: UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute));

        Assert.AreEqual("/etc/app/inner 770 5:6, /etc/app/inner/a 660 5:6, /etc/app/b 400 7:6", string.Join(", ", files.Select(static f => $"{f.Path} {Convert.ToString((int)f.Mode, 8)} {f.Owner}:{f.Group}")));
        Assert.AreEqual("from a file", System.Text.Encoding.UTF8.GetString(files[2].Content!));
    }

    [TestMethod]
    public async Task What_a_file_does_not_say_its_folder_says()
    {
        var files = await CollectAsync(_builder.AddContainer("one", "image").WithContainerFiles("/", [new ContainerDirectory
        {
            Name = "own", Owner = 999, Group = 7, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            Entries = [new ContainerFile { Name = "a", Contents = "a" }, new ContainerDirectory { Name = "inner", Entries = [new ContainerFile { Name = "b", Contents = "b", Owner = 1 }] }],
        }]));

        Assert.AreEqual("/own 700 999:7, /own/a 600 999:7, /own/inner 700 999:7, /own/inner/b 600 1:7", string.Join(", ", files.Select(static f => $"{f.Path} {Convert.ToString((int)f.Mode, 8)} {f.Owner}:{f.Group}")));
    }

    [TestMethod]
    public async Task A_source_that_cannot_be_read_is_named_unless_it_may_be_missing()
    {
        var exception = await Assert.ThrowsExactlyAsync<DistributedApplicationException>(() => CollectAsync(_builder.AddContainer("one", "image").WithContainerFiles("/", [new ContainerFile { Name = "b", SourcePath = "/not/there" }])));
        Assert.Contains("'/not/there'", exception.Message);

        Assert.IsEmpty(await CollectAsync(_builder.AddContainer("two", "image").WithContainerFiles("/", [new ContainerFile { Name = "b", SourcePath = "/not/there", ContinueOnError = true }])));
    }

    [TestMethod]
    public void Only_what_is_like_a_copy_is_mounted()
    {
        StagedFile plain = new("/a", [1], Readable | UnixFileMode.UserWrite);
        Assert.IsTrue(ContainerFiles.CanBeMounted([plain], readOnlyRoot: true));
        Assert.IsFalse(ContainerFiles.CanBeMounted([plain], readOnlyRoot: false), "The container could write beside it.");
        Assert.IsFalse(ContainerFiles.CanBeMounted([plain, new("/empty", null, Readable)], readOnlyRoot: true), "A folder is empty.");
        Assert.IsFalse(ContainerFiles.CanBeMounted([plain with { Owner = 999 }], readOnlyRoot: true), "It belongs to somebody.");
        Assert.IsFalse(ContainerFiles.CanBeMounted([plain with { Mode = UnixFileMode.UserRead }], readOnlyRoot: true), "Not everybody may read it.");
        Assert.IsFalse(ContainerFiles.CanBeMounted([plain with { Mode = Readable | UnixFileMode.UserExecute }], readOnlyRoot: true), "It can be run.");
        Assert.IsFalse(ContainerFiles.CanBeMounted([.. Enumerable.Range(0, 25).Select(i => plain with { Path = $"/{i}" })], readOnlyRoot: true), "Each is a mount of its own.");
    }

    [TestMethod]
    public async Task The_last_of_several_with_one_path_is_mounted_readable_for_every_user()
    {
        var arguments = await ContainerFiles.MountAsync([new("/a", "old"u8.ToArray(), Readable), new("/folder", null, Readable), new("/a", "new"u8.ToArray(), Readable)], _folder, Cancelled);

        Assert.AreEqual($"-v {_folder}/file0:/a:ro", string.Join(' ', arguments));
        Assert.AreEqual("new", await File.ReadAllTextAsync($"{_folder}/file0", Cancelled));
        Assert.AreEqual(Readable, File.GetUnixFileMode($"{_folder}/file0"));
    }

    [TestMethod]
    public async Task Secrets_are_files_of_their_names_and_no_value_is_an_argument()
    {
        var arguments = await ContainerFiles.MountSecretsAsync(new Dictionary<string, string> { ["TOKEN"] = "hush\n" }, _folder, "/run/secrets", Cancelled);

        Assert.AreEqual($"-v {_folder}/secrets:/run/secrets:ro -e TOKEN_FILE=/run/secrets/TOKEN", string.Join(' ', arguments));
        Assert.AreEqual("hush\n", await File.ReadAllTextAsync($"{_folder}/secrets/TOKEN", Cancelled));
        var exception = await Assert.ThrowsExactlyAsync<DistributedApplicationException>(() => ContainerFiles.MountSecretsAsync(new Dictionary<string, string> { ["../TOKEN"] = "hush" }, _folder, "/run/secrets", Cancelled));
        Assert.Contains("'../TOKEN'", exception.Message);
    }

    [TestMethod]
    public async Task What_is_copied_has_its_owner_and_mode_in_the_archive()
    {
        await using var archive = await ContainerFiles.PackAsync([new("/given", null, Readable, 1, 2), new("/given/key", "content"u8.ToArray(), UnixFileMode.UserRead, 999, 998)], Cancelled);
        await using var reader = new TarReader(archive);
        var folder = await reader.GetNextEntryAsync(copyData: false, Cancelled);
        Assert.AreEqual(("given", TarEntryType.Directory, 1, 2), (folder!.Name.TrimEnd('/'), folder.EntryType, folder.Uid, folder.Gid));
        var file = await reader.GetNextEntryAsync(copyData: true, Cancelled);
        Assert.AreEqual(("given/key", UnixFileMode.UserRead, 999, 998, 7L), (file!.Name, file.Mode, file.Uid, file.Gid, file.Length));
        Assert.IsNull(await reader.GetNextEntryAsync(cancellationToken: Cancelled));
    }

    private async Task<IReadOnlyList<StagedFile>> CollectAsync(IResourceBuilder<ContainerResource> container)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        return await ContainerFiles.CollectAsync(container.Resource, new([], null, static () => []), services, Cancelled);
    }
}
