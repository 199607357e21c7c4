using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XoeNovAi.Hosting.Tests.Contract;

/// <summary>What Aspire documents of a resource's life, for containers on Podman.</summary>
[TestClass]
public sealed class LifecycleTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("HOST-02")]
    public async Task Waits_are_for_health_for_the_start_and_for_completion()
    {
        var isOpen = false;
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                builder.Services.AddHealthChecks().AddCheck("gate", () => Volatile.Read(ref isOpen) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("closed"));
                var server = builder.AddSleeper("server").WithHealthCheck("gate").WithExplicitStart();
                builder.AddSleeper("patient").WaitFor(server).WithExplicitStart();
                builder.AddSleeper("eager").WaitForStart(server).WithExplicitStart();
                var migration = builder.AddScript("migration", "sleep 0.5; echo migrated");
                builder.AddScript("after", "true").WaitForCompletion(migration);
                builder.AddScript("never", "true").WaitForCompletion(builder.AddScript("failing", "exit 3"));
                builder.AddScript("expecting", "true").WaitForCompletion(builder.AddScript("expected", "exit 3"), exitCode: 3);
            },
            Cancelled);

        await run.Application.EndedWellAsync("after", Cancelled);
        Assert.IsLessThanOrEqualTo(run.Application.StateOf("after").StartTimeStamp!.Value, run.Application.StateOf("migration").StopTimeStamp!.Value);
        await run.Application.EndedWellAsync("expecting", Cancelled);
        await run.Application.SeenAsync("never", static s => s.State?.Text == KnownResourceStates.FailedToStart, Cancelled);
        Assert.Contains("'failing'", await run.Application.LogAsync("never", Cancelled));

        var starting = Task.WhenAll(((string[])["server", "patient", "eager"]).Select(r => run.Application.CommandAsync(r, KnownResourceCommands.StartCommand, Cancelled)));
        await run.Application.RunningAsync("eager", Cancelled);
        await run.Application.SeenAsync("server", static s => s.HealthStatus == HealthStatus.Unhealthy, Cancelled);
        Assert.AreEqual(KnownResourceStates.Waiting, run.Application.StateOf("patient").State?.Text);
        Volatile.Write(ref isOpen, true);
        await starting;
        await run.Application.RunningAsync("patient", Cancelled);
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("HOST-02")]
    [Scenario("HOST-07")]
    public async Task What_is_started_explicitly_is_started_restarted_and_stopped_by_command_with_its_children()
    {
        var seen = new List<string>();
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                var tool = builder.AddWeb("tool").WithHttpEndpoint(targetPort: 8080).WithExplicitStart().OnResourceReady((_, _, _) => Note("ready")).OnResourceStopped((_, _, _) => Note("stopped"));
                builder.AddResource(new Share("share", tool.Resource));
            },
            Cancelled);
        await run.Application.SeenAsync("tool", static s => s.State?.Text == KnownResourceStates.NotStarted, Cancelled);
        Assert.AreEqual("Enabled, Hidden, Disabled", CommandsOf("tool"));

        await run.Application.CommandAsync("tool", KnownResourceCommands.StartCommand, Cancelled);
        var first = await run.Application.RunningAsync("tool", Cancelled);
        await run.Application.ResourceNotifications.WaitForResourceHealthyAsync("tool", Cancelled);
        await run.Application.SeenAsync("share", static s => s.State?.Text == KnownResourceStates.Running, Cancelled);
        Assert.AreEqual("Hidden, Enabled, Enabled", CommandsOf("tool"));
        var address = run.Application.GetEndpoint("tool", "http");

        await run.Application.CommandAsync("tool", KnownResourceCommands.RestartCommand, Cancelled);
        await run.Application.SeenAsync("tool", s => s.State?.Text == KnownResourceStates.Running && s.Properties.Any(p => p.Name == "container.id" && p.Value?.ToString() != first), Cancelled);
        await run.Application.ResourceNotifications.WaitForResourceHealthyAsync("tool", Cancelled);
        Assert.AreEqual(address, run.Application.GetEndpoint("tool", "http"));
        Assert.HasCount(1, await Engine.RunAsync(Cancelled, "ps", "-aq", "--filter", $"label=io.xoe-novai.run={run.Application.RunId}", "--filter", "label=io.xoe-novai.resource=tool"));

        await run.Application.CommandAsync("tool", KnownResourceCommands.StopCommand, Cancelled);
        Assert.AreEqual(0, run.Application.StateOf("tool").ExitCode);
        await run.Application.SeenAsync("share", static s => KnownResourceStates.TerminalStates.Contains(s.State?.Text), Cancelled);
        Assert.AreEqual("ready, stopped, ready, stopped", await Eventually.HoldsAsync("all is told", TimeSpan.FromSeconds(5), _ => Task.FromResult(Noted()), static n => n.EndsWith("ready, stopped", StringComparison.Ordinal) && n.Length > 20, static n => n, Cancelled));

        // Start, stop and restart.
        string CommandsOf(string resource)
            => string.Join(", ", ((string[])[KnownResourceCommands.StartCommand, KnownResourceCommands.StopCommand, KnownResourceCommands.RestartCommand]).Select(n => run.Application.StateOf(resource).Commands.Single(c => c.Name == n).State));

        string Noted()
        {
            lock (seen)
            {
                return string.Join(", ", seen);
            }
        }

        Task Note(string what)
        {
            lock (seen)
            {
                seen.Add(what);
            }

            return Task.CompletedTask;
        }
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task Commands_of_ones_own_and_over_http_are_executed_on_a_container()
    {
        await using var run = await PodmanApplication.StartAsync(
            static builder => builder.AddWeb("web").WithHttpEndpoint(targetPort: 8080).WithHttpHealthCheck("/")
                .WithCommand("greet", "Greet", static context => Task.FromResult(CommandResults.Success($"good day, {context.ResourceName}")))
                .WithHttpCommand("/clear", "Clear", commandName: "clear"),
            Cancelled);
        await run.Application.ResourceNotifications.WaitForResourceHealthyAsync("web", Cancelled);

        Assert.Contains("good day, web", (await run.Application.CommandAsync("web", "greet", Cancelled)).Message!);
        await run.Application.CommandAsync("web", "clear", Cancelled);
        await run.Application.CommandAsync("web", KnownResourceCommands.StopCommand, Cancelled);
        Assert.IsFalse((await run.Application.ResourceCommands.ExecuteCommandAsync("web", "clear", Cancelled)).Success, "Nobody answers any more.");
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task Telemetry_of_a_container_is_sent_under_its_name()
    {
        await using var run = await PodmanApplication.StartAsync(static builder => builder.AddScript("sender", "env | grep ^OTEL_ | sort").WithOtlpExporter(), Cancelled, "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:4317");

        var variables = await run.Application.EndedWellAsync("sender", Cancelled);

        Assert.Contains("OTEL_SERVICE_NAME=sender", variables);
        Assert.Contains("OTEL_RESOURCE_ATTRIBUTES=service.instance.id=sender", variables);
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT=http", variables);
        Assert.DoesNotContain("{{", variables);
    }

    /// <summary>A child that does not run itself.</summary>
    private sealed class Share(string name, ContainerResource parent) : Resource(name), IResourceWithParent<ContainerResource>
    {
        public ContainerResource Parent { get; } = parent;
    }
}
