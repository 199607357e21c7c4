using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using XoeNovAi.Hosting.Tests.Model;

namespace XoeNovAi.Hosting.Tests.Cli;

/// <summary>The real aspire command against a real AppHost.</summary>
[TestClass]
public sealed class AspireCliTests
{
    private const string OtlpKey = "otlp-key-of-this-test";
    private static readonly string Project = Path.Combine(Projects.SampleAppHost.ProjectPath, "SampleAppHost.csproj");
    private static readonly string[] OfSample = ["--apphost", Project];
    private string _home = null!;
    private AspireCli _cli = null!;

    public TestContext TestContext { get; set; } = null!;

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string BuiltAppHost => Path.Combine(AppContext.BaseDirectory, "SampleAppHost.dll");

    private string Sockets => Path.Combine(_home, ".aspire", "cli", "bch");

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void MakeHome()
    {
        // A socket's path has to be short.
        _home = Directory.CreateTempSubdirectory("cli-").FullName;
        _cli = new(_home);
    }

    [TestCleanup]
    public void Remove() => Directory.Delete(_home, recursive: true);

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task It_lists_describes_commands_waits_for_reads_and_stops_a_running_apphost()
    {
        var otlp = FreePorts.Next();
        using var appHost = StartAppHost(otlp);
        await ConnectedAsync();

        var listed = JsonNode.Parse(await _cli.RunAsync(Cancelled, "ps", "--format", "json"))!.AsArray().Single()!;
        Assert.AreEqual(Project, listed["appHostPath"]!.GetValue<string>());
        Assert.AreEqual(appHost.Id, listed["appHostPid"]!.GetValue<int>());
        StringAssert.Contains(listed["dashboardUrl"]!.GetValue<string>(), "/login?t=", StringComparison.Ordinal);

        StringAssert.Contains(await _cli.RunAsync(Cancelled, ["wait", "sleeper", .. OfSample, "--timeout", "30"]), "healthy", StringComparison.Ordinal);
        Assert.AreEqual("Running", (await DescribeAsync())["state"]!.GetValue<string>());
        StringAssert.Contains(await _cli.RunAsync(Cancelled, ["logs", "sleeper", .. OfSample]), "sleeping", StringComparison.Ordinal);

        await _cli.RunAsync(Cancelled, ["resource", "sleeper", "stop", .. OfSample]);
        StringAssert.Contains(await _cli.RunAsync(Cancelled, ["wait", "sleeper", .. OfSample, "--status", "down", "--timeout", "30"]), "down", StringComparison.Ordinal);
        Assert.AreNotEqual("Running", (await DescribeAsync())["state"]!.GetValue<string>());
        await _cli.RunAsync(Cancelled, ["resource", "sleeper", "start", .. OfSample]);
        await _cli.RunAsync(Cancelled, ["wait", "sleeper", .. OfSample, "--timeout", "30"]);
        var before = (await DescribeAsync())["startTimestamp"]!.GetValue<string>();
        await _cli.RunAsync(Cancelled, ["resource", "sleeper", "restart", .. OfSample]);
        await _cli.RunAsync(Cancelled, ["wait", "sleeper", .. OfSample, "--timeout", "30"]);
        Assert.AreNotEqual(before, (await DescribeAsync())["startTimestamp"]!.GetValue<string>(), "A restart starts it anew.");

        await SendSpanAsync(otlp);
        StringAssert.Contains(await _cli.RunAsync(Cancelled, ["otel", "traces", .. OfSample, "--format", "json"]), "span of the test", StringComparison.Ordinal);
        StringAssert.Contains(await _cli.RunAsync(Cancelled, ["otel", "logs", .. OfSample]), "log of the test", StringComparison.Ordinal);

        StringAssert.Contains(await _cli.RunAsync(Cancelled, ["stop", .. OfSample]), "stopped successfully", StringComparison.Ordinal);
        await appHost.WaitForExitAsync(Cancelled);
        Assert.AreEqual(0, appHost.ExitCode);
        Assert.IsEmpty(Directory.GetFiles(Sockets), "Its socket goes with it.");
    }

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task Aspire_run_starts_the_apphost_shows_the_dashboard_and_ends_with_it()
    {
        var start = _cli.Start(["run", "--no-build", .. OfSample]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var run = Process.Start(start)!;
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new StringBuilder();
        run.OutputDataReceived += (_, line) =>
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }

            if (line.Data is null || line.Data.Contains("/login?t=", StringComparison.Ordinal))
            {
                shown.TrySetResult();
            }
        };
        run.BeginOutputReadLine();
        run.BeginErrorReadLine();
        try
        {
            await shown.Task.WaitAsync(Cancelled);
            lock (output)
            {
                StringAssert.Contains(output.ToString(), "/login?t=", StringComparison.Ordinal);
            }

            await _cli.RunAsync(Cancelled, ["wait", "sleeper", .. OfSample, "--timeout", "30"]);
            await _cli.RunAsync(Cancelled, ["stop", .. OfSample]);
            await run.WaitForExitAsync(Cancelled);
            Assert.AreEqual(0, run.ExitCode);
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill(entireProcessTree: true);
            }
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task The_socket_is_for_its_user_only_and_goes_with_a_killed_apphost()
    {
        using var killed = StartAppHost(FreePorts.Next());
        var left = await ConnectedAsync();
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(left));
        killed.Kill();
        await killed.WaitForExitAsync(Cancelled);

        // No other start has to come first: the run's reaper does it.
        while (File.Exists(left))
        {
            await Task.Delay(50, Cancelled);
        }

        StringAssert.Contains(await _cli.RunAsync(Cancelled, "ps"), "No running AppHost", StringComparison.Ordinal);
    }

    private async Task<JsonNode> DescribeAsync()
        => JsonNode.Parse(await _cli.RunAsync(Cancelled, ["describe", "sleeper", .. OfSample, "--format", "json"]))!["resources"]!.AsArray().Single()!;

    private Process StartAppHost(int otlpPort)
    {
        var start = new ProcessStartInfo(Dotnet, ["exec", BuiltAppHost]);
        foreach (var (name, value) in AspireCli.EnvironmentOf(_home))
        {
            start.Environment[name] = value;
        }

        start.Environment["AppHost__OtlpApiKey"] = OtlpKey;
        start.Environment["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = $"http://localhost:{otlpPort}";
        return Process.Start(start)!;
    }

    private async Task<string> ConnectedAsync()
    {
        while (true)
        {
            if (Directory.Exists(Sockets) && Directory.GetFiles(Sockets).FirstOrDefault() is { } socket)
            {
                return socket;
            }

            await Task.Delay(50, Cancelled);
        }
    }

    private async Task SendSpanAsync(int port)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        const string Resource = """{ "attributes": [{ "key": "service.name", "value": { "stringValue": "sleeper" } }, { "key": "service.instance.id", "value": { "stringValue": "sleeper" } }] }""";
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        client.DefaultRequestHeaders.Add("x-otlp-api-key", OtlpKey);
        await PostAsync("/v1/traces", $$"""{ "resourceSpans": [{ "resource": {{Resource}}, "scopeSpans": [{ "scope": { "name": "test" }, "spans": [{ "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "span of the test", "kind": 1, "startTimeUnixNano": "{{now}}", "endTimeUnixNano": "{{now + 1000}}" }] }] }] }""");
        await PostAsync("/v1/logs", $$"""{ "resourceLogs": [{ "resource": {{Resource}}, "scopeLogs": [{ "scope": { "name": "test" }, "logRecords": [{ "timeUnixNano": "{{now}}", "severityNumber": 9, "severityText": "Information", "body": { "stringValue": "log of the test" } }] }] }] }""");

        async Task PostAsync(string path, string json)
        {
            using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using var response = await client.PostAsync(path, content, Cancelled);
            Assert.IsTrue(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
        }
    }
}
