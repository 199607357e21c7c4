using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>
/// The real <c>aspire</c> command, a tool of this repository: it starts the stack, commands and reads it, and ends it. It
/// keeps certificates, logs and sockets in its user's home, so it gets a home of its own.
/// </summary>
[TestClass]
public sealed class AspireCliTests
{
    private const string Restarted = "rag-2";
    private static readonly string[] Engines = ["compose", "kubernetes", "podman-kube", "quadlet"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TelemetryLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan TracesLimit = TimeSpan.FromSeconds(10);
    private readonly string _runId = Guid.NewGuid().ToString("n")[..8];
    private readonly int _gatewayPort = FreePort.Find();
    private readonly int _dashboardPort = FreePort.Find();
    private readonly PodmanEnvironment _podman = PodmanEnvironment.Find();
    private readonly StringBuilder _output = new();
    private string _home = string.Empty;

    /// <summary>The context MSTest gives.</summary>
    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    private static string UserHome => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Makes its home; a socket's path has to be short.</summary>
    [TestInitialize]
    public void MakeHome() => _home = Directory.CreateTempSubdirectory("cli-").FullName;

    /// <summary>Removes it.</summary>
    [TestCleanup]
    public void RemoveHome() => Directory.Delete(_home, recursive: true);

    [TestMethod]
    [Scenario("HOST-03")]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task The_aspire_command_runs_the_stack_commands_and_reads_it_and_leaves_nothing()
    {
        await RunAsync(Cli.Wrap(DotnetHost.Command).WithArguments(["tool", "restore"]));
        var run = RunStack();
        try
        {
            await ListedAsync(run);
            await HealthyAsync("gateway");
            await HealthyAsync("rag-1");
            await HealthyAsync(Restarted);
            await DescribedAsync();
            await CommandedAsync();
            await ReadAsync();
            var found = await FindAsync(Cancel);
            Assert.IsTrue(found.Any(static f => f.StartsWith("process ", StringComparison.Ordinal)) && found.Any(f => f == $"gateway-{_runId}"), $"What would be left is not seen: {string.Join(Environment.NewLine, found)}");
            await AspireAsync("stop");
            var ended = await run.Task.WaitAsync(EndLimit, Cancel);
            Assert.AreEqual(0, ended.ExitCode, _output.ToString());
        }
        finally
        {
            await EndAsync(run);
        }

        Assert.IsEmpty(Json(await AspireAsync("ps", "--format", "json")).AsArray());
        await Eventually.HoldsAsync($"Nothing is left of run {_runId}", TracesLimit, FindAsync, static left => left.Count == 0, left => $"{string.Join(Environment.NewLine, left)}{Environment.NewLine}{_output}", Cancel);
    }

    [TestMethod]
    [Scenario("PUB-02")]
    [Scenario("PUB-03")]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task The_aspire_command_publishes_for_every_engine_or_for_one_and_knows_no_other()
    {
        await RunAsync(Cli.Wrap(DotnetHost.Command).WithArguments(["tool", "restore"]));
        var (all, one, none) = (Path.Combine(_home, "all"), Path.Combine(_home, "one"), Path.Combine(_home, "none"));
        await AspireAsync("publish", "--output-path", all, "--no-build");
        await AspireAsync("do", "publish-quadlet", "--output-path", one, "--no-build");
        var unknown = await TryAsync(Cli.Wrap(DotnetHost.Command).WithArguments(Aspire("do", "publish-nomad", "--output-path", none, "--no-build")));

        CollectionAssert.AreEquivalent(Engines, Directory.EnumerateDirectories(all).Select(Path.GetFileName).ToArray());
        Assert.AreEqual("quadlet", Path.GetFileName(Directory.EnumerateDirectories(one).Single()));
        CollectionAssert.AreEquivalent(Contents(Path.Combine(all, "quadlet")), Contents(Path.Combine(one, "quadlet")));
        Assert.AreNotEqual(0, unknown.ExitCode, "There is no such engine.");
        Assert.Contains("publish-nomad", unknown.StandardOutput + unknown.StandardError);
        Assert.IsFalse(Directory.Exists(none), "Nothing is half written.");
    }

    private static string[] Contents(string folder)
        => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => $"{Path.GetRelativePath(folder, f)}: {File.ReadAllText(f)}")];

    // A stack of the stores, one service and the gateway: a second whole one would take the containers' ids of the first.
    private CommandTask<CommandResult> RunStack()
    {
        var environment = Environments();
        environment["Stack__Run"] = "none";
        environment["Stack__Services__rag__Run"] = "container";
        environment["Stack__Services__gateway__Run"] = "container";
        environment["Stack__GatewayPort"] = Text(_gatewayPort);
        environment["ASPNETCORE_URLS"] = $"http://localhost:{Text(_dashboardPort)}";
        environment["Podman__RunId"] = _runId;
        var lines = PipeTarget.ToDelegate(line =>
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        });

        // A group of its own, as at a terminal. A shell that starts tests in the background has them ignore SIGINT, and what they start too.
        return Cli.Wrap("setsid").WithArguments(["env", "--default-signal=INT,TERM", DotnetHost.Command, .. Aspire("run", "--no-build")])
            .WithWorkingDirectory(Repository.Root).WithEnvironmentVariables(environment).WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(lines).WithStandardErrorPipe(lines)
            .ExecuteAsync(CancellationToken.None);
    }

    // What has not ended by itself, as by Ctrl+C: that is for all of the group.
    private static async Task EndAsync(CommandTask<CommandResult> run)
    {
        foreach (var signal in (string[])["INT", "KILL"])
        {
            if (!run.Task.IsCompleted)
            {
                await Cli.Wrap("kill").WithArguments(["-s", signal, "--", $"-{Text(run.ProcessId)}"]).WithValidation(CommandResultValidation.None).ExecuteAsync(CancellationToken.None);
                await Task.WhenAny(run.Task, Task.Delay(EndLimit, CancellationToken.None));
            }
        }
    }

    private async Task ListedAsync(CommandTask<CommandResult> run)
    {
        var listed = await Eventually.HoldsAsync(
            "The AppHost is listed with its dashboard",
            StartLimit,
            async _ => Json(await AspireAsync("ps", "--format", "json")).AsArray(),
            list => run.Task.IsCompleted || list is [{ } one] && one["dashboardUrl"] is not null,
            list => $"{list}{Environment.NewLine}{_output}",
            Cancel);
        Assert.IsFalse(run.Task.IsCompleted, $"It ended: {_output}");
        var appHost = listed.Single()!;
        Assert.AreEqual(Path.Combine(Projects.AppHost.ProjectPath, "AppHost.csproj"), Word(appHost, "appHostPath"));
        Assert.StartsWith($"http://localhost:{Text(_dashboardPort)}/login?t=", Word(appHost, "dashboardUrl"));
        Assert.StartsWith(_home, Word(appHost, "logFilePath"), "It keeps its logs in its home.");
    }

    private async Task DescribedAsync()
    {
        var resources = Json(await AspireAsync("describe", "--format", "json"))["resources"]!.AsArray();
        foreach (var name in (string[])["consul", "postgres", "xnai", "redis", "rag-1", "rag-2", "gateway"])
        {
            var resource = resources.SingleOrDefault(r => Word(r!, "displayName") == name);
            Assert.IsNotNull(resource, $"'{name}' is not among {resources}");
            Assert.AreEqual("Running", Word(resource, "state"), resource.ToString());
            Assert.AreEqual("Healthy", Word(resource, "healthStatus"), resource.ToString());
        }

        var gateway = resources.Single(r => Word(r!, "displayName") == "gateway")!;
        Assert.AreEqual($"http://localhost:{Text(_gatewayPort)}", gateway["urls"]!.AsArray().Select(static u => Word(u!, "url")).First(static u => u.StartsWith("http:", StringComparison.Ordinal)));
        Assert.AreEqual("********", Word(gateway["environment"]!, "CONSUL_HTTP_TOKEN"), "A secret is not shown.");
        var lines = Json(await AspireAsync("logs", "rag-1", "--format", "json"))["logs"]!.AsArray();
        Assert.IsTrue(lines.Any(static l => Word(l!, "content").Contains("is registered in Consul", StringComparison.Ordinal)), lines.ToString());
    }

    private async Task CommandedAsync()
    {
        await AspireAsync("resource", Restarted, "stop");
        await AspireAsync("wait", Restarted, "--status", "down", "--timeout", "30");
        var stopped = await DescribeAsync(Restarted);
        Assert.AreEqual("Exited", Word(stopped, "state"));
        Assert.AreEqual(0, stopped["exitCode"]!.GetValue<int>());

        await AspireAsync("resource", Restarted, "start");
        await HealthyAsync(Restarted);
        var started = await DescribeAsync(Restarted);
        await AspireAsync("resource", Restarted, "restart");
        await HealthyAsync(Restarted);
        var restarted = await DescribeAsync(Restarted);
        Assert.AreEqual("Running", Word(restarted, "state"));
        Assert.AreNotEqual(Word(started["properties"]!, "container.id"), Word(restarted["properties"]!, "container.id"), "A restart makes it anew.");
        Assert.AreNotEqual(Word(started, "startTimestamp"), Word(restarted, "startTimestamp"));
    }

    private async Task ReadAsync()
    {
        var trace = Guid.NewGuid().ToString("n");
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{Text(_gatewayPort)}") };
        await Eventually.HoldsAsync(
            "A query is answered",
            TelemetryLimit,
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/xnai/api/v1/query") { Content = new StringContent("""{"query":"What is a hearth?"}""", Encoding.UTF8, "application/json") };
                request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
                using var response = await client.SendAsync(request, token);
                return response.StatusCode;
            },
            static status => status == HttpStatusCode.OK,
            static status => status.ToString(),
            Cancel);
        await Eventually.HoldsAsync(
            "The query's spans are read",
            TelemetryLimit,
            async _ => Json(await AspireAsync("otel", "spans", "--trace-id", trace, "--format", "json")).AsArray(),
            static spans => spans.Any(static s => IsServer(s!, "gateway")) && spans.Any(static s => IsServer(s!, "rag")),
            static spans => spans.ToString(),
            Cancel);
        Assert.AreEqual(trace, Word(Json(await AspireAsync("otel", "traces", "--trace-id", trace, "--format", "json")), "traceId"));
        var logs = Json(await AspireAsync("otel", "logs", "gateway", "--format", "json")).AsArray();
        Assert.IsTrue(logs.Any(static l => Word(l!, "message").Contains("is registered in Consul", StringComparison.Ordinal)), logs.ToString());
    }

    private static bool IsServer(JsonNode span, string service) => Word(span, "kind") == "Server" && Word(span, "source").StartsWith(service, StringComparison.Ordinal);

    private async Task<JsonNode> DescribeAsync(string resource) => Json(await AspireAsync("describe", resource, "--format", "json"))["resources"]!.AsArray().Single()!;

    private Task HealthyAsync(string resource) => AspireAsync("wait", resource, "--status", "healthy", "--timeout", Text((int)CommandLimit.TotalSeconds));

    private Task<string> AspireAsync(params string[] arguments) => RunAsync(Cli.Wrap(DotnetHost.Command).WithArguments(Aspire(arguments)));

    private static string[] Aspire(params string[] arguments) => ["aspire", .. arguments, "--non-interactive", "--nologo"];

    // What it prints for people goes to standard error where JSON is asked for.
    private async Task<string> RunAsync(Command command)
    {
        var result = await TryAsync(command);
        Assert.AreEqual(0, result.ExitCode, $"{command}: {result.StandardOutput}{result.StandardError}{Environment.NewLine}{_output}");
        return result.StandardOutput;
    }

    private async Task<BufferedCommandResult> TryAsync(Command command)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(CommandLimit + CommandLimit);
        return await command.WithWorkingDirectory(Repository.Root).WithEnvironmentVariables(Environments()).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(deadline.Token);
    }

    private Dictionary<string, string?> Environments() => new(StringComparer.Ordinal)
    {
        ["HOME"] = _home,
        ["TMPDIR"] = _home,
        ["XDG_CACHE_HOME"] = null,
        ["XOE_NOVAI_HOME"] = PodmanEnvironment.Home,
        ["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(UserHome, ".nuget", "packages"),
        ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["NO_COLOR"] = "1",

        // What is built is what these tests were built with.
        ["Configuration"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
    };

    private async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var podman = new PodmanCli(_podman, TimeProvider.System);
        var containers = await podman.RunAsync(["ps", "-a", "--format", "{{.Names}}"], cancellationToken);
        var networks = await podman.RunAsync(["network", "ls", "--format", "{{.Name}}"], cancellationToken);
        var sockets = Path.Combine(_home, ".aspire", "cli", "bch");
        return
        [
            .. $"{containers}\n{networks}".Split('\n').Where(l => l.Contains(_runId, StringComparison.Ordinal)),
            .. Directory.EnumerateFileSystemEntries(_podman.RunRoot).Concat(Directory.EnumerateFileSystemEntries(_podman.NamesFolder)).Where(f => f.Contains(_runId, StringComparison.Ordinal)),
            .. Directory.Exists(sockets) ? Directory.GetFiles(sockets) : [],
            .. ProcessEntry.All().Where(p => !p.IsZombie && (p.Command.Contains(_runId, StringComparison.Ordinal) || p.Environment.Contains(_runId, StringComparison.Ordinal))).Select(static p => $"process {p.Id} {p.Command}"),
        ];
    }

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private static string Word(JsonNode node, string name) => node[name]?.GetValue<string>() ?? throw new AssertFailedException($"'{name}' is not in {node}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
