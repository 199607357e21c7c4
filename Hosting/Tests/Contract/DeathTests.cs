using System.Diagnostics;

namespace XoeNovAi.Hosting.Tests.Contract;

/// <summary>A container that ends is seen, however that came.</summary>
[TestClass]
public sealed class DeathTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("HOST-07")]
    public async Task One_that_dies_tells_its_exit_code_its_last_lines_and_the_console()
    {
        await using var run = await PodmanApplication.StartAsync(static builder => builder.AddScript("brief", "echo out; echo problem >&2; exit 7"), Cancelled);

        var ended = await run.Application.EndedAsync("brief", Cancelled);

        Assert.AreEqual((KnownResourceStates.Exited, 7), (ended.State?.Text, ended.ExitCode));
        Assert.AreEqual(KnownResourceStateStyles.Error, ended.State?.Style);
        Assert.IsNotNull(ended.StopTimeStamp);
        var lines = await run.Application.LinesAsync("brief", Cancelled);
        Assert.IsTrue(lines.Any(static l => l.Content.EndsWith(" out", StringComparison.Ordinal) && !l.IsErrorMessage), "Its output is missing.");
        Assert.IsTrue(lines.Any(static l => l.Content.EndsWith(" problem", StringComparison.Ordinal) && l.IsErrorMessage), "Its complaint is missing.");
        await Eventually.HoldsAsync("the console tells", TimeSpan.FromSeconds(5), _ => Task.FromResult(run.Console), static c => c.Contains($"'brief' has ended with exit code 7.{Environment.NewLine}  out{Environment.NewLine}  problem", StringComparison.Ordinal), static c => c, Cancelled);
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("HOST-07")]
    public async Task One_that_is_killed_or_removed_by_hand_can_be_started_again()
    {
        await using var run = await PodmanApplication.StartAsync(
            static builder =>
            {
                builder.AddSleeper("killed");
                builder.AddSleeper("removed");
            },
            Cancelled);
        var (killed, removed) = (await run.Application.RunningAsync("killed", Cancelled), await run.Application.RunningAsync("removed", Cancelled));

        await Engine.RunAsync(Cancelled, "kill", killed);
        await Engine.RunAsync(Cancelled, "rm", "-f", "-t", "0", removed);

        Assert.AreEqual(137, (await run.Application.EndedAsync("killed", Cancelled)).ExitCode);
        await run.Application.EndedAsync("removed", Cancelled);
        foreach (var (name, id) in ((string, string)[])[("killed", killed), ("removed", removed)])
        {
            Assert.Contains($"'{name}' has ended with exit code", await ConsoleAsync(run, name));
            await run.Application.CommandAsync(name, KnownResourceCommands.StartCommand, Cancelled);
            Assert.AreNotEqual(id, await run.Application.RunningAsync(name, Cancelled));
        }
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("HOST-05")]
    [Scenario("HOST-04")]
    public async Task One_whose_image_is_missing_says_which_and_keeps_no_other_from_starting()
    {
        await using var run = await PodmanApplication.StartAsync(
            static builder =>
            {
                builder.AddContainer("lost", "localhost/xoe-novai/no-such-image", "1").WithImagePullPolicy(ImagePullPolicy.Never);
                builder.AddSleeper("other");
            },
            Cancelled);

        var failed = await run.Application.EndedAsync("lost", Cancelled);

        Assert.AreEqual(KnownResourceStates.FailedToStart, failed.State?.Text);
        Assert.Contains("localhost/xoe-novai/no-such-image:1", await run.Application.LogAsync("lost", Cancelled));
        Assert.Contains("'lost' could not be started: ", run.Console);
        await run.Application.RunningAsync("other", Cancelled);
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task A_new_file_of_podmans_events_hides_no_end()
    {
        await using var run = await PodmanApplication.StartAsync(static builder => builder.AddSleeper("waiter"), Cancelled);
        var id = await run.Application.RunningAsync("waiter", Cancelled);

        // What podman does when its file is full: whoever listens is left.
        var listeners = Process.GetProcesses().Where(p => IsListenerOf(p.Id, run.Application.RunId)).ToList();
        Assert.HasCount(1, listeners, "One process listens to podman's events.");
        listeners[0].Kill();
        await Engine.RunAsync(Cancelled, "kill", id);

        Assert.AreEqual(137, (await run.Application.EndedAsync("waiter", Cancelled)).ExitCode);
    }

    private Task<string> ConsoleAsync(PodmanApplication run, string name)
        => Eventually.HoldsAsync("the console tells", TimeSpan.FromSeconds(5), _ => Task.FromResult(run.Console), c => c.Contains($"'{name}' has ended", StringComparison.Ordinal), static c => c, Cancelled);

    private static bool IsListenerOf(int process, string run)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0') is var arguments && arguments.Contains("events") && arguments.Contains($"label=io.xoe-novai.run={run}");
        }
        catch (IOException)
        {
            return false;
        }
    }
}
