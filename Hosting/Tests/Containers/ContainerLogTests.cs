using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>What is read of the file a container's monitor writes.</summary>
[TestClass]
public sealed class ContainerLogTests
{
    private readonly List<(string Line, bool IsError)> _lines = [];
    private string _path = null!;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void Create() => _path = Path.Combine(Directory.CreateTempSubdirectory("log-").FullName, "one.log");

    [TestCleanup]
    public void Remove() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Lines_of_either_stream_and_in_parts_are_put_together()
    {
        await File.WriteAllTextAsync(
            _path,
            """
            2026-11-28T03:00:00.000000000+00:00 stdout F first
            2026-11-28T03:00:00.000000000+00:00 stderr F a problem
            2026-11-28T03:00:00.000000000+00:00 stdout P in two
            2026-11-28T03:00:00.000000000+00:00 stderr F meanwhile
            2026-11-28T03:00:00.000000000+00:00 stdout F  parts, ünïcode
            2026-11-28T03:00:00.000000000+00:00 stdout F 
            not a line of the monitor
            2026-11-28T03:00:00.000000000+00:00 stdout P without an end
            2026-11-28T03:00:00.000000000+00:00 stdout F half a line of the monitor
            """,
            TestContext.CancellationToken);

        await ReadAsync(0);

        CollectionAssert.AreEqual(new[] { ("first", false), ("a problem", true), ("meanwhile", true), ("in two parts, ünïcode", false), (string.Empty, false), ("without an end", false) }, _lines);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task What_an_earlier_run_has_written_is_left_out()
    {
        const string Before = "2026-11-28T03:00:00.000000000+00:00 stdout F before\n";
        await File.WriteAllTextAsync(_path, $"{Before}2026-11-28T03:00:00.000000000+00:00 stdout F after\n", TestContext.CancellationToken);

        await ReadAsync(Before.Length);

        Assert.AreEqual(("after", false), _lines.Single());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task A_file_that_comes_later_is_followed_until_the_end_is_told()
    {
        using var ended = new CancellationTokenSource();
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var folders = new LogFolders();
        var log = new ContainerLog(folders, _path, (line, isError) =>
        {
            _lines.Add((line, isError));
            seen.TrySetResult();
        });
        var following = log.FollowAsync(0, ended.Token);
        Assert.IsFalse(following.IsCompleted);

        await File.WriteAllTextAsync(_path, "2026-11-28T03:00:00.000000000+00:00 stdout F one\n", TestContext.CancellationToken);
        await seen.Task.WaitAsync(TestContext.CancellationToken);
        await File.AppendAllTextAsync(_path, "2026-11-28T03:00:00.000000000+00:00 stdout F two\n", TestContext.CancellationToken);
        await ended.CancelAsync();
        await following;

        Assert.AreEqual("one two", string.Join(' ', _lines.Select(static l => l.Line)));
    }

    private async Task ReadAsync(long begin)
    {
        using var folders = new LogFolders();
        var log = new ContainerLog(folders, _path, (line, isError) => _lines.Add((line, isError)));
        await log.FollowAsync(begin, new(canceled: true));
    }
}
