using CliWrap;
using CliWrap.Buffered;
using XoeNovAi.Hosting.Podman.Runs;

namespace XoeNovAi.Hosting.Tests.Runs;

/// <summary>Podman refuses every command when its processes were all killed while containers ran, as the end of a session does.</summary>
[TestClass]
public sealed class KilledPodmanTests
{
    private const string RunId = "0a1b2c3d";
    private const string Container = "sleeper-" + RunId;
    private const string Mend = """
        . eng/lib/paths.sh
        bin_dir=$1 podman_runtime_dir=$2
        . eng/lib/check.sh
        . eng/lib/podman.sh
        ! podman_answers || { echo 'The check finds nothing.'; exit 1; }
        mend_podman
        podman_answers
        """;

    private PrivatePodman _podman = null!;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public async Task KillAsync()
    {
        _podman = await PrivatePodman.CreateAsync(TestContext.CancellationToken);
        await _podman.KillWhileRunningAsync(Container, $"{PodmanRun.Label}={RunId}", TestContext.CancellationToken);
        var (exitCode, _, error) = await _podman.Cli.TryRunAsync(["ps"], TestContext.CancellationToken);
        Assert.AreNotEqual(0, exitCode, "Podman answers although all its processes were killed.");
        Assert.Contains("podman system migrate", error);
    }

    [TestCleanup]
    public async Task RemoveAsync() => await _podman.DisposeAsync();

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("HOST-03")]
    public async Task Set_up_finds_it_and_makes_it_answer()
    {
        var said = await Cli.Wrap("bash").WithArguments(["-euo", "pipefail", "-c", Mend, "mend", _podman.BinFolder, _podman.RuntimeFolder])
            .WithWorkingDirectory(Repository.Root).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.CancellationToken);

        Assert.AreEqual(0, said.ExitCode, $"{said.StandardOutput}{said.StandardError}");
        Assert.Contains(Container, await _podman.Cli.RunAsync(["ps", "--all", "--format", "{{.Names}}"], TestContext.CancellationToken));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("HOST-03")]
    public async Task The_reaper_makes_it_answer_and_removes_the_run()
    {
        var run = Directory.CreateTempSubdirectory("killed-run-").FullName;
        var said = await Cli.Wrap("sh").WithArguments([Path.Combine(Repository.Root, "Hosting", "Podman", "Runs", "reaper.sh"), _podman.Command, RunId, run, _podman.NamesFolder])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.CancellationToken);

        Assert.AreEqual("ready", said.StandardOutput.Trim());
        Assert.IsFalse(Directory.Exists(run), "The run's folder is still there.");
        Assert.AreEqual(string.Empty, await _podman.Cli.RunAsync(["ps", "--all", "--quiet"], TestContext.CancellationToken));
    }
}
