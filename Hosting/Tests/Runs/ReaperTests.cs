using System.Diagnostics;

namespace XoeNovAi.Hosting.Tests.Runs;

/// <summary>DCP ends after an AppHost that was killed, but on a busy machine later than anybody waits.</summary>
[TestClass]
public sealed class ReaperTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("HOST-06")]
    public async Task It_ends_a_DCP_that_does_not_end_and_what_that_has_started()
    {
        var run = Directory.CreateTempSubdirectory("reaped-run-").FullName;

        // It listens to no request to end, and has a child that names no run. Both hold its output open.
        using var dcp = Start("trap '' TERM; sleep 3600 & wait", "--kubeconfig", Path.Combine(run, "temporary", "kubeconfig"));
        using var other = Start("sleep 3600; wait", "--kubeconfig", $"{run}-of-another/kubeconfig");
        try
        {
            using var reaper = ReaperOf(run);
            reaper.StandardInput.Close();

            var ended = new Dictionary<string, Task>
            {
                ["the reaper"] = reaper.WaitForExitAsync(TestContext.CancellationToken),
                ["DCP and its child"] = dcp.StandardOutput.ReadToEndAsync(TestContext.CancellationToken),
            };
            await Task.WhenAny(Task.WhenAll(ended.Values), Task.Delay(Limit, TestContext.CancellationToken));
            var alive = ended.Where(static e => !e.Value.IsCompletedSuccessfully).Select(static e => e.Key).ToList();
            Assert.IsEmpty(alive, $"Not ended {Limit.TotalSeconds:0} s after the AppHost: {string.Join(", ", alive)}.");
            Assert.IsFalse(Directory.Exists(run), "The run's folder is still there.");
            Assert.IsFalse(other.HasExited, "A process of another run was ended.");
        }
        finally
        {
            dcp.Kill(entireProcessTree: true);
            other.Kill(entireProcessTree: true);
        }
    }

    private static Process ReaperOf(string run)
        => Start(new ProcessStartInfo("sh", [Path.Combine(Repository.Root, "Hosting", "Podman", "Runs", "reaper.sh"), Path.Combine(Engine.Folder, "podman"), Guid.NewGuid().ToString("n")[..8], run, Path.Combine(run, "names")]));

    private static Process Start(string script, params IEnumerable<string> arguments)
        => Start(new ProcessStartInfo("sh", ["-c", script, "dcp", .. arguments]));

    private static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }
}
