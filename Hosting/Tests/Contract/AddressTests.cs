using System.Globalization;
using System.Net.Sockets;

namespace XoeNovAi.Hosting.Tests.Contract;

/// <summary>Where containers are found: by ports on the host, by names among themselves.</summary>
[TestClass]
public sealed class AddressTests
{
    private const string Loopback = "0100007F";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("HOST-02")]
    public async Task Several_endpoints_fixed_and_free_are_published_on_loopback_only()
    {
        var port = FreePort();
        await using var run = await PodmanApplication.StartAsync(
            builder => builder.AddWeb("web").WithHttpEndpoint(targetPort: 8080).WithHttpEndpoint(port, 8080, "fixed", isProxied: false).WithEndpoint(targetPort: 9000, name: "datagrams", protocol: ProtocolType.Udp).WithExternalHttpEndpoints().WithHttpHealthCheck("/"),
            Cancelled);
        await run.Application.ResourceNotifications.WaitForResourceHealthyAsync("web", Cancelled);

        Assert.AreEqual(port, run.Application.GetEndpoint("web", "fixed").Port);
        foreach (var endpoint in (string[])["http", "fixed"])
        {
            using var client = run.Application.CreateHttpClient("web", endpoint);
            Assert.AreEqual("web GET", await client.GetStringAsync("/", Cancelled));
        }

        var published = await Engine.RunAsync(Cancelled, "port", await run.Application.RunningAsync("web", Cancelled));
        Assert.HasCount(3, published);
        foreach (var line in published)
        {
            Assert.Contains("127.0.0.1:", line);
            var number = int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
            CollectionAssert.AreEqual(new List<string> { Loopback }, ListenersOn(number).ToList(), line);
        }
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task A_container_is_found_by_its_names_and_its_urls_are_active_while_it_runs()
    {
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                var web = builder.AddWeb("web").WithContainerNetworkAlias("other-name").WithContainerName($"named-{Guid.NewGuid():n}")
                    .WithHttpEndpoint(targetPort: 8080).WithHttpHealthCheck("/").WithUrl("https://example.org", "Elsewhere").WithUrlForEndpoint("http", static u => u.DisplayText = "Here");
                builder.AddScript("client", "curl -sf $WEB && curl -sf http://other-name:8080 && curl -sf http://web.dev.internal:8080").WithEnvironment("WEB", web.GetEndpoint("http")).WaitFor(web);
            },
            Cancelled);

        Assert.EndsWith("\nweb GETweb GETweb GET", await run.Application.EndedWellAsync("client", Cancelled));
        Assert.StartsWith("named-", (await Engine.RunAsync(Cancelled, "inspect", "--format", "{{.Name}}", await run.Application.RunningAsync("web", Cancelled))).Single());
        Assert.AreEqual(
            $"Here {run.Application.GetEndpoint("web", "http").ToString().TrimEnd('/')} False",
            run.Application.StateOf("web").Urls.Where(static u => u.Name == "http").Select(static u => $"{u.DisplayProperties.DisplayName} {u.Url.TrimEnd('/')} {u.IsInactive}").Single());
        Assert.IsTrue(run.Application.StateOf("web").Urls.Any(static u => u.Url.StartsWith("https://example.org", StringComparison.Ordinal)));

        await run.Application.CommandAsync("web", KnownResourceCommands.StopCommand, Cancelled);
        Assert.IsTrue(run.Application.StateOf("web").Urls.Single(static u => u.Name == "http").IsInactive);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("HOST-01")]
    public async Task Two_applications_at_once_have_networks_of_their_own()
    {
        var runs = await Task.WhenAll(StartAsync("first"), StartAsync("second"));
        try
        {
            var address = (await Engine.RunAsync(Cancelled, "inspect", "--format", "{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}", await runs[1].Application.RunningAsync("web", Cancelled))).Single();
            var prober = await runs[0].Application.RunningAsync("prober", Cancelled);
            Assert.AreEqual("first", await Engine.ExecuteAsync(prober, "curl -s http://web:8080/name", Cancelled), "The name is that of the container's own application.");
            Assert.AreEqual("000", await Engine.ExecuteAsync(prober, $"curl -s -o /dev/null -m 3 -w '%{{http_code}}' http://{address}:8080/ || true", Cancelled), "It reaches the other application.");
            Assert.AreNotEqual(runs[0].Application.RunId, runs[1].Application.RunId);
        }
        finally
        {
            await Task.WhenAll(runs.Select(static r => r.DisposeAsync().AsTask()));
        }

        Task<PodmanApplication> StartAsync(string name) => PodmanApplication.StartAsync(
            builder =>
            {
                var web = builder.AddContainer("web", PodmanApplication.Web, "1").WithHttpEndpoint(targetPort: 8080).WithHttpHealthCheck("/name")
                    .WithContainerFiles("/etc/nginx/conf.d", [new ContainerFile { Name = "site.conf", Contents = $"server {{ listen 8080; location / {{ return 200 {name}; }} }}" }]);
                builder.AddSleeper("prober").WaitFor(web);
            },
            Cancelled);
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task A_port_that_somebody_has_for_a_moment_when_the_container_starts_is_waited_for()
    {
        // A declared one: those that are chosen are held until then.
        TcpListener? holder = null;
        using var free = new TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var told = Task.FromResult(string.Empty);
        await using var run = await PodmanApplication.StartAsync(
            builder => builder.AddWeb("web").WithHttpEndpoint(port, 8080, isProxied: false).OnBeforeResourceStarted((web, started, _) =>
            {
                holder = new(System.Net.IPAddress.Loopback, port);
                holder.Start();
                told = LetGoAsync(web, holder, started.Services.GetRequiredService<ResourceLoggerService>());
                return Task.CompletedTask;
            }),
            Cancelled);

        await run.Application.RunningAsync("web", Cancelled);
        Assert.Contains($"is taken by process {Environment.ProcessId} (", await told);
        using var client = run.Application.CreateHttpClient("web", "http");
        Assert.AreEqual("web GET", await client.GetStringAsync("/", Cancelled));
    }

    // When it is told of.
    private async Task<string> LetGoAsync(IResource web, TcpListener holder, ResourceLoggerService logs)
    {
        using var _ = holder;
        await foreach (var lines in logs.WatchAsync(web).WithCancellation(Cancelled))
        {
            if (lines.Select(static l => l.Content).FirstOrDefault(static l => l.Contains("is taken by", StringComparison.Ordinal)) is { } line)
            {
                return line;
            }
        }

        throw new AssertFailedException("The log has ended, and the port was never missed.");
    }

    private static IEnumerable<string> ListenersOn(int port)
        => ((string[])["/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"]).SelectMany(File.ReadLines).Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(c => c[1].EndsWith($":{port.ToString("X4", CultureInfo.InvariantCulture)}", StringComparison.Ordinal) && (c[3] is "0A" or "07")).Select(static c => c[1].Split(':')[0]);

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
