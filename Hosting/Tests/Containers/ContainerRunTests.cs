using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using XoeNovAi.Hosting.Tests.Model;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>Containers as the application runs them: really started, by podman.</summary>
[TestClass]
public sealed class ContainerRunTests
{
    private const string Probe = "localhost/xoe-novai/probe";
    private const string RunLabel = "io.xoe-novai.run";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_container_that_ends_tells_its_exit_code_and_keeps_its_log()
    {
        using var builder = Create();
        builder.AddContainer("brief", Probe, "1").WithEntrypoint("sh").WithArgs("-c", "echo out; echo problem >&2; exit 7");
        await using var application = await StartAsync(builder);

        var ended = await application.ResourceNotifications.WaitForResourceAsync("brief", static e => e.Snapshot.ExitCode is not null, Cancelled);

        Assert.AreEqual(7, ended.Snapshot.ExitCode);
        Assert.AreEqual(KnownResourceStates.Exited, ended.Snapshot.State?.Text);
        var lines = await LinesAsync(application, "brief");
        Assert.IsTrue(lines.Any(static l => l.Content.EndsWith(" out", StringComparison.Ordinal) && !l.IsErrorMessage), "Its output is missing.");
        Assert.IsTrue(lines.Any(static l => l.Content.EndsWith(" problem", StringComparison.Ordinal) && l.IsErrorMessage), "Its complaint is missing.");
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task An_image_that_is_missing_is_named()
    {
        using var builder = Create();
        builder.AddContainer("lost", "localhost/xoe-novai/no-such-image", "1").WithImagePullPolicy(ImagePullPolicy.Never);
        await using var application = await StartAsync(builder);

        await application.ResourceNotifications.WaitForResourceAsync("lost", KnownResourceStates.FailedToStart, Cancelled);

        Assert.Contains("localhost/xoe-novai/no-such-image:1", string.Join('\n', (await LinesAsync(application, "lost")).Select(static l => l.Content)));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_restart_makes_a_new_container_at_the_same_address()
    {
        using var builder = Create();
        var sleeper = builder.AddContainer("sleeper", Probe, "1").WithEntrypoint("sleep").WithArgs("600").WithContainerRuntimeArgs("--init=false", "--stop-signal=KILL").WithHttpEndpoint(targetPort: 80);
        await using var application = await StartAsync(builder);
        var first = await RunningAsync(application, null);
        var address = sleeper.GetEndpoint("http").Url;

        var result = await application.ResourceCommands.ExecuteCommandAsync("sleeper", KnownResourceCommands.RestartCommand, Cancelled);

        Assert.IsTrue(result.Success, result.Message);
        await RunningAsync(application, first);
        Assert.AreEqual(address, sleeper.GetEndpoint("http").Url);
        Assert.HasCount(1, await PodmanAsync("ps", "-aq", "--filter", $"label={RunLabel}={RunIdOf(application)}"));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Containers_find_each_other_by_name_and_their_network_goes_with_them()
    {
        using var builder = Create();
        builder.AddContainer("server", Probe, "1").WithEntrypoint("sleep").WithArgs("600").WithContainerRuntimeArgs("--stop-signal=KILL").WithContainerNetworkAlias("other-name");
        builder.AddContainer("client", Probe, "1").WithEntrypoint("sh").WithArgs("-c", "until getent hosts server && getent hosts other-name; do sleep 0.1; done");
        var application = await StartAsync(builder);
        var run = RunIdOf(application);
        await using (application)
        {
            await application.ResourceNotifications.WaitForResourceAsync("client", static e => e.Snapshot.ExitCode == 0, Cancelled);
            Assert.HasCount(1, await PodmanAsync("network", "ls", "-q", "--filter", $"label={RunLabel}={run}"));
            await application.StopAsync(Cancelled);
        }

        Assert.IsEmpty(await PodmanAsync("network", "ls", "-q", "--filter", $"label={RunLabel}={run}"));
        Assert.IsEmpty(await PodmanAsync("ps", "-aq", "--filter", $"label={RunLabel}={run}"));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Files_are_there_before_the_process_with_their_owner_and_mode()
    {
        using var builder = Create();
        builder.AddContainer("reader", Probe, "1").WithEntrypoint("sh").WithArgs("-c", "stat -c '%n %u %a' /given /given/key; cat /given/key")
            .WithContainerFiles("/", [new ContainerDirectory { Name = "given", Entries = [new ContainerFile { Name = "key", Contents = "content", Owner = 999, Mode = UnixFileMode.UserRead | UnixFileMode.OtherRead }] }]);
        await using var application = await StartAsync(builder);
        await application.ResourceNotifications.WaitForResourceAsync("reader", static e => e.Snapshot.ExitCode is not null, Cancelled);

        var lines = string.Join('\n', (await LinesAsync(application, "reader")).Select(static l => l.Content[(l.Content.IndexOf(' ', StringComparison.Ordinal) + 1)..]));

        Assert.Contains("/given 0 755\n/given/key 999 404\ncontent", lines);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_secret_is_in_the_environment_and_on_no_command_line()
    {
        using var builder = Create();
        var secret = builder.AddParameter("secret", "hush-4711", secret: true);
        builder.AddContainer("keeper", Probe, "1").WithEntrypoint("sh").WithArgs("-c", "test \"$TOKEN\" = hush-4711").WithEnvironment("TOKEN", secret);
        await using var application = await StartAsync(builder);

        var ended = await application.ResourceNotifications.WaitForResourceAsync("keeper", static e => e.Snapshot.ExitCode is not null, Cancelled);

        Assert.AreEqual(0, ended.Snapshot.ExitCode, "The secret did not reach the container.");
        var command = string.Join(' ', await PodmanAsync("inspect", "--format", "{{.Config.CreateCommand}}", "--type", "container", IdOf(ended)));
        Assert.DoesNotContain("TOKEN=", command);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_secret_that_is_a_file_is_read_there_and_shown_by_no_inspection()
    {
        using var builder = Create();
        var secret = builder.AddParameter("secret", "hush\n4711", secret: true);
        builder.AddContainer("keeper", Probe, "1").WithEntrypoint("sh").WithArgs("-c", "test -z \"$TOKEN\" && cat \"$TOKEN_FILE\" && ! touch /run/secrets/other 2> /dev/null")
            .WithEnvironment("TOKEN", secret).WithAnnotation(new SecretFilesAnnotation());
        await using var application = await StartAsync(builder);

        var ended = await application.ResourceNotifications.WaitForResourceAsync("keeper", static e => e.Snapshot.ExitCode is not null, Cancelled);

        Assert.AreEqual(0, ended.Snapshot.ExitCode, "The secret did not reach the container, or could be changed there.");
        Assert.IsTrue((await LinesAsync(application, "keeper")).Any(static l => l.Content.EndsWith(" 4711", StringComparison.Ordinal)), "Its second line is missing.");
        Assert.DoesNotContain("4711", string.Join('\n', await PodmanAsync("inspect", IdOf(ended))));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Files_that_everybody_may_read_are_mounted_where_the_root_is_read_only_and_copied_where_it_is_not()
    {
        using var builder = Create();
        ContainerFileSystemItem[] given = [new ContainerDirectory { Name = "given", Entries = [new ContainerFile { Name = "key", Contents = "content" }] }];
        builder.AddContainer("fixed", Probe, "1").WithEntrypoint("cat").WithArgs("/given/key").WithContainerFiles("/", given).WithContainerRuntimeArgs("--read-only");
        builder.AddContainer("free", Probe, "1").WithEntrypoint("cat").WithArgs("/given/key").WithContainerFiles("/", given);
        await using var application = await StartAsync(builder);
        foreach (var (name, mounted) in new[] { ("fixed", true), ("free", false) })
        {
            var ended = await application.ResourceNotifications.WaitForResourceAsync(name, static e => e.Snapshot.ExitCode is not null, Cancelled);
            Assert.IsTrue((await LinesAsync(application, name)).Any(static l => l.Content.EndsWith(" content", StringComparison.Ordinal)), $"'{name}' has not the file.");
            Assert.AreEqual(mounted, (await PodmanAsync("inspect", "--format", "{{range .Mounts}}{{println .Destination}}{{end}}", IdOf(ended))).Contains("/given/key"), name);
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_volume_without_a_name_can_be_written_and_goes_with_its_container()
    {
        using var builder = Create();
        builder.AddContainer("writer", Probe, "1").WithEntrypoint("sh").WithArgs("-c", "echo kept > /kept/file && ! touch /read-only/file && cat /kept/file")
            .WithVolume("/kept").WithVolume(null, "/read-only", isReadOnly: true);
        await using var application = await StartAsync(builder);
        var ended = await application.ResourceNotifications.WaitForResourceAsync("writer", static e => e.Snapshot.ExitCode is not null, Cancelled);

        Assert.AreEqual(0, ended.Snapshot.ExitCode, await application.LogAsync("writer", Cancelled));
        var volumes = await PodmanAsync("inspect", "--format", "{{range .Mounts}}{{println .Name}}{{end}}", IdOf(ended));
        Assert.HasCount(2, volumes);
        await application.StopAsync(Cancelled);
        var left = await PodmanAsync("volume", "ls", "-q");
        Assert.IsEmpty(volumes.Intersect(left));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Who_declines_a_proxy_gets_the_port_that_was_declared()
    {
        using var builder = Create();
        var port = FreePorts.Next();
        var (declined, proxied) = (Sleeper("declined").WithEndpointProxySupport(false), Sleeper("proxied"));
        await using var application = await StartAsync(builder);

        Assert.AreEqual(port, declined.GetEndpoint("http").Port);
        Assert.AreNotEqual(port, proxied.GetEndpoint("http").Port, "A test's other ports are free ones.");
        Assert.EndsWith($"127.0.0.1:{port}", (await PodmanAsync("port", await application.ContainerIdAsync("declined", Cancelled))).Single());

        IResourceBuilder<ContainerResource> Sleeper(string name)
            => builder.AddContainer(name, Probe, "1").WithEntrypoint("sleep").WithArgs("600").WithContainerRuntimeArgs("--stop-signal=KILL").WithHttpEndpoint(port, targetPort: 80);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_new_file_of_podmans_events_hides_no_end()
    {
        using var builder = Create();
        builder.AddContainer("waiter", Probe, "1").WithEntrypoint("sleep").WithArgs("600");
        await using var application = await StartAsync(builder);
        var running = await application.ResourceNotifications.WaitForResourceAsync("waiter", static e => e.Snapshot.State?.Text == KnownResourceStates.Running, Cancelled);

        // What podman does when its file is full: whoever listens is left.
        var listeners = Process.GetProcesses().Where(p => IsListenerOf(p.Id, RunIdOf(application))).ToList();
        Assert.HasCount(1, listeners, "One process listens to podman's events.");
        listeners[0].Kill();
        await PodmanAsync("kill", running.Snapshot.Properties.Single(static p => p.Name == "container.id").Value!.ToString()!);

        var ended = await application.ResourceNotifications.WaitForResourceAsync("waiter", static e => e.Snapshot.ExitCode is not null, Cancelled);
        Assert.AreEqual(137, ended.Snapshot.ExitCode);
    }

    private static bool IsListenerOf(int process, string run)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0') is var arguments && arguments.Contains("events") && arguments.Contains($"label={RunLabel}={run}");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IDistributedApplicationTestingBuilder Create() => DistributedApplicationTestingBuilder.Create();

    private static string IdOf(ResourceEvent e) => e.Snapshot.Properties.Single(static p => p.Name == "container.id").Value!.ToString()!;

    private static string RunIdOf(DistributedApplication application) => application.RunId;

    private static Task<string[]> PodmanAsync(params string[] arguments) => Podman.RunAsync(arguments);

    private Task<List<LogLine>> LinesAsync(DistributedApplication application, string resource) => application.LinesAsync(resource, Cancelled);

    private async Task<string> RunningAsync(DistributedApplication application, string? other)
    {
        var running = await application.ResourceNotifications.WaitForResourceAsync("sleeper", e => e.Snapshot.State?.Text == KnownResourceStates.Running && IdOf(e) is { } id && id != other, Cancelled);
        return IdOf(running)!;

        static string? IdOf(ResourceEvent e) => e.Snapshot.Properties.FirstOrDefault(static p => p.Name == "container.id")?.Value?.ToString();
    }

    private async Task<DistributedApplication> StartAsync(IDistributedApplicationTestingBuilder builder)
    {
        var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        return application;
    }
}
