using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.Dcp.Client;

namespace XoeNovAi.Hosting.Tests.Dcp;

[TestClass]
public sealed class DcpProcessTests
{
    private const string RunLabel = "io.xoe-novai.run";

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
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Container_is_answered_through_its_service_logged_stopped_and_deleted()
    {
        await using var dcp = await StartAsync();
        var client = dcp.Client;
        await client.CreateAsync(
            new DcpService
            {
                Metadata = new() { Name = "redis" },
                Spec = new() { Protocol = "TCP", AddressAllocationMode = DcpAddressAllocationMode.IPv4ZeroOne },
            },
            Cancelled);
        var address = (await client.WaitForAsync<DcpService>("redis", service => service.Status?.EffectivePort > 0, Cancelled)).Status!;
        await client.CreateAsync(Redis("redis"), Cancelled);
        await client.WaitForAsync<DcpService>("redis", service => service.Status?.State == DcpServiceState.Ready, Cancelled);

        using (var connection = new TcpClient(address.EffectiveAddress!, address.EffectivePort!.Value))
        {
            var stream = connection.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), Cancelled);
            var answer = new byte[7];
            await stream.ReadExactlyAsync(answer, Cancelled);
            Assert.AreEqual("+PONG\r\n", Encoding.ASCII.GetString(answer));
        }

        await foreach (var line in client.ReadLogAsync<DcpContainer>("redis", DcpLogSource.StandardOutput, follow: true, Cancelled))
        {
            Assert.IsNotNull(line.Timestamp);
            if (line.Text.EndsWith("Ready to accept connections", StringComparison.Ordinal))
            {
                break;
            }
        }

        await client.StopAsync<DcpContainer>("redis", Cancelled);
        var stopped = await client.WaitForAsync<DcpContainer>("redis", container => container.Status?.State == DcpContainerState.Exited, Cancelled);
        Assert.AreEqual(0, stopped.Status!.ExitCode);

        await client.DeleteAndWaitAsync<DcpContainer>("redis", Cancelled);
        Assert.IsNull(await client.GetAsync<DcpContainer>("redis", Cancelled));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Refused_object_says_what_is_wrong_with_it()
    {
        await using var dcp = await StartAsync();

        var failure = await Assert.ThrowsExactlyAsync<DcpException>(() => dcp.Client.CreateAsync(
            new DcpContainer { Metadata = new() { Name = "empty" }, Spec = new() }, Cancelled));

        Assert.Contains("image must be set", failure.Message);
        Assert.AreEqual(422, failure.StatusCode);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Killed_dcp_owner_leaves_no_container_and_no_process()
    {
        // The owner is a process of its own, so that it can be killed: DCP watches its id.
        using var owner = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        var run = Guid.NewGuid().ToString("n");
        await using var dcp = await DcpProcess.StartAsync(Options() with { MonitoredProcessId = owner.Id }, TimeProvider.System, Cancelled);
        var redis = Redis("redis");
        await dcp.Client.CreateAsync(redis with { Spec = redis.Spec with { Labels = [new() { Key = RunLabel, Value = run }] } }, Cancelled);
        await dcp.Client.WaitForAsync<DcpContainer>("redis", container => container.Status?.State == DcpContainerState.Running, Cancelled);
        Assert.AreNotEqual("", await PodmanAsync("ps", "--all", "--quiet", "--filter", $"label={RunLabel}={run}"));

        owner.Kill();
        await dcp.Exited.WaitAsync(Cancelled);

        Assert.AreEqual("", await PodmanAsync("ps", "--all", "--quiet", "--filter", $"label={RunLabel}={run}"));
        Assert.IsFalse(File.Exists(Path.Combine(_folder, "kubeconfig")));
    }

    private static DcpContainer Redis(string service)
    {
        var (annotation, producers) = DcpObject.ServedBy(new DcpServiceProducer { ServiceName = service, Port = 6379 });
        return new()
        {
            Metadata = new() { Name = "redis", Annotations = new Dictionary<string, string> { [annotation] = producers } },
            Spec = new()
            {
                Image = "localhost/xoe-novai/redis:7",
                PullPolicy = DcpPullPolicy.Never,
                Ports = [new() { ContainerPort = 6379 }],
                Args = ["--protected-mode", "no"],
                RunArgs = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"],
            },
        };
    }

    private static async Task<string> PodmanAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(DcpEnvironment.Read().RuntimeFolder, "podman"), arguments) { RedirectStandardOutput = true };
        using var podman = Process.Start(start)!;
        var output = await podman.StandardOutput.ReadToEndAsync();
        await podman.WaitForExitAsync();
        Assert.AreEqual(0, podman.ExitCode);
        return output.Trim();
    }

    private DcpProcessOptions Options()
    {
        var environment = DcpEnvironment.Read();
        return new() { DcpPath = environment.DcpPath, RuntimeFolder = environment.RuntimeFolder, SessionFolder = _folder };
    }

    private Task<DcpProcess> StartAsync() => DcpProcess.StartAsync(Options(), TimeProvider.System, Cancelled);
}
