using System.Diagnostics;
using System.Net.Sockets;
using Aspire.Hosting.Dcp.Client;

namespace XoeNovAi.Hosting.Tests.Dcp;

[TestClass]
public sealed class DcpProcessTests
{
    private const string SpeakerName = "speaker";

    private string _folder = "";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("xoe-novai-dcp-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Dcp_lives_in_a_session_of_its_own_and_stops_when_asked()
    {
        await using var dcp = await StartAsync();

        // Field 6 of stat is the session: a terminal's signals reach only its own.
        var stat = await File.ReadAllTextAsync($"/proc/{dcp.ProcessId}/stat", Cancelled);
        Assert.AreEqual(dcp.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3]);
        Assert.AreEqual(DcpExecutionStatus.Running, (await dcp.Client.GetExecutionAsync(Cancelled)).Status);
        Assert.IsFalse(File.Exists(Path.Combine(_folder, "dcp.key")), "The private key is not needed once DCP has read it.");

        await dcp.StopAsync(cleanUp: true, Cancelled);

        Assert.IsTrue(dcp.Exited.IsCompletedSuccessfully);
        Assert.IsFalse(Directory.Exists($"/proc/{dcp.ProcessId}"));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Missing_dcp_is_one_sentence_with_the_cure()
    {
        var failure = await Assert.ThrowsExactlyAsync<DcpException>(() => DcpProcess.StartAsync(
            Options() with { DcpPath = "/nowhere/dcp" }, TimeProvider.System, Cancelled));

        Assert.AreEqual("DCP is not at '/nowhere/dcp'. Run eng/setup, which fetches it.", failure.Message);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Dcp_that_ends_at_once_is_reported_with_its_last_lines()
    {
        var failure = await Assert.ThrowsExactlyAsync<DcpException>(() => DcpProcess.StartAsync(
            Options() with { ContainerRuntime = "no-such-runtime" }, TimeProvider.System, Cancelled));

        Assert.Contains("DCP ended at once with exit code", failure.Message);
        Assert.Contains("no-such-runtime", failure.Message);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Runtime_that_works_is_no_problem_and_one_that_does_not_is_described()
    {
        await using (var dcp = await StartAsync())
        {
            Assert.IsNull(await dcp.DescribeRuntimeProblemAsync(Cancelled));
        }

        var broken = Directory.CreateDirectory(Path.Combine(_folder, "broken")).FullName;
        var podman = Path.Combine(broken, "podman");
        await File.WriteAllTextAsync(podman, "#!/bin/sh\necho 'no subuid ranges' >&2\nexit 125\n", Cancelled);
        File.SetUnixFileMode(podman, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using (var dcp = await DcpProcess.StartAsync(Options() with { RuntimeFolder = broken }, TimeProvider.System, Cancelled))
        {
            var problem = await dcp.DescribeRuntimeProblemAsync(Cancelled);
            Assert.IsNotNull(problem);
            Assert.Contains("'podman'", problem);
            Assert.Contains("Run eng/", problem);
            TestContext.WriteLine(problem);
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Process_is_logged_stopped_and_deleted()
    {
        await using var dcp = await StartAsync();
        var client = dcp.Client;
        await client.CreateAsync(Speaker(), Cancelled);
        await foreach (var line in client.ReadLogAsync<DcpExecutable>(SpeakerName, DcpLogSource.StandardOutput, follow: true, Cancelled))
        {
            Assert.IsNotNull(line.Timestamp);
            Assert.AreEqual("ready", line.Text);
            break;
        }

        await client.StopAsync<DcpExecutable>(SpeakerName, Cancelled);
        await client.WaitForAsync<DcpExecutable>(SpeakerName, static process => process.Status?.State is DcpExecutableState.Finished or DcpExecutableState.Terminated, Cancelled);

        await client.DeleteAndWaitAsync<DcpExecutable>(SpeakerName, Cancelled);
        Assert.IsNull(await client.GetAsync<DcpExecutable>(SpeakerName, Cancelled));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Proxied_service_has_its_port_before_anything_serves_it()
    {
        await using var dcp = await StartAsync();
        await dcp.Client.CreateAsync(
            new DcpService
            {
                Metadata = new() { Name = "early" },
                Spec = new() { Protocol = "TCP", AddressAllocationMode = DcpAddressAllocationMode.IPv4ZeroOne },
            },
            Cancelled);

        var address = (await dcp.Client.WaitForAsync<DcpService>("early", static service => service.Status?.EffectivePort > 0, Cancelled)).Status!;

        using var connection = new TcpClient(address.EffectiveAddress!, address.EffectivePort!.Value);
        Assert.IsTrue(connection.Connected);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Refused_object_says_what_is_wrong_with_it()
    {
        await using var dcp = await StartAsync();

        var failure = await Assert.ThrowsExactlyAsync<DcpException>(() => dcp.Client.CreateAsync(
            new DcpExecutable { Metadata = new() { Name = "empty" }, Spec = new() { ExecutablePath = "" } }, Cancelled));

        Assert.Contains("executablePath", failure.Message);
        Assert.AreEqual(422, failure.StatusCode);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Killed_dcp_owner_leaves_no_process()
    {
        // The owner is a process of its own, so that it can be killed: DCP watches its id.
        using var owner = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        await using var dcp = await DcpProcess.StartAsync(Options() with { MonitoredProcessId = owner.Id }, TimeProvider.System, Cancelled);
        await dcp.Client.CreateAsync(Speaker(), Cancelled);
        var speaker = await dcp.Client.WaitForAsync<DcpExecutable>(SpeakerName, static process => process.Status?.State == DcpExecutableState.Running, Cancelled);

        owner.Kill();
        await dcp.Exited.WaitAsync(Cancelled);

        Assert.IsFalse(Directory.Exists($"/proc/{speaker.Status!.Pid}"));
        Assert.IsFalse(File.Exists(Path.Combine(_folder, "kubeconfig")));
    }

    private static DcpExecutable Speaker()
        => new()
        {
            Metadata = new() { Name = SpeakerName },
            Spec = new() { ExecutablePath = "/bin/sh", Args = ["-c", "echo ready; exec sleep 600"], WorkingDirectory = "/", ExecutionType = "Process" },
        };

    private DcpProcessOptions Options()
    {
        var environment = DcpEnvironment.Read();
        return new() { DcpPath = environment.DcpPath, RuntimeFolder = environment.RuntimeFolder, SessionFolder = _folder };
    }

    private Task<DcpProcess> StartAsync() => DcpProcess.StartAsync(Options(), TimeProvider.System, Cancelled);
}
