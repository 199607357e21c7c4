using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XoeNovAi.Hosting.Tests.Containers;
using XoeNovAi.Hosting.Tests.Model;

namespace XoeNovAi.Hosting.Tests.Execution;

/// <summary>What Aspire documents of a resource's life, seen on the real engine.</summary>
[TestClass]
[TestCategory("HOST-02")]
public sealed class LifecycleTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Who_waits_for_completion_starts_after_the_end()
    {
        var folder = Directory.CreateTempSubdirectory("waits-").FullName;
        using var builder = DistributedApplicationTestingBuilder.Create();
        var migration = Shell(builder, "migration", $"sleep 0.5; touch {folder}/done");
        Shell(builder, "api", $"test -e {folder}/done && echo migrated").WaitForCompletion(migration);
        await using var application = await StartAsync(builder);

        await application.ResourceNotifications.WaitForResourceAsync("api", KnownResourceStates.Finished, Cancelled);

        Assert.IsTrue(application.ResourceNotifications.TryGetCurrentState("migration", out var ended));
        Assert.AreEqual(KnownResourceStates.Finished, ended.Snapshot.State?.Text);
        Assert.AreEqual(0, ended.Snapshot.ExitCode);
        Assert.Contains("migrated", await application.LogAsync("api", Cancelled));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_composed_connection_string_is_there_once_its_parts_have_started()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var server = Sleeper(builder, "server").WithHttpEndpoint(env: "PORT").WithExplicitStart();
        var available = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.AddConnectionString("composed", ReferenceExpression.Create($"At={server.GetEndpoint("http")};Name={builder.AddParameter("name", "x")}"))
            .OnConnectionStringAvailable((_, _, _) =>
            {
                available.SetResult();
                return Task.CompletedTask;
            });
        await using var application = await StartAsync(builder);
        await application.ResourceNotifications.WaitForResourceAsync("composed", KnownResourceStates.Waiting, Cancelled);
        Assert.IsFalse(available.Task.IsCompleted);

        Assert.IsTrue((await application.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.StartCommand, Cancelled)).Success);

        await application.ResourceNotifications.WaitForResourceHealthyAsync("composed", Cancelled);
        await available.Task.WaitAsync(Cancelled);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Who_listens_everywhere_is_found_on_this_machine()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        Sleeper(builder, "server").WithHttpEndpoint(env: "PORT").WithEndpoint("http", static e => e.TargetHost = "*");
        await using var application = await StartAsync(builder);

        Assert.AreEqual("localhost", application.GetEndpoint("server", "http").Host);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_resource_of_ones_own_waits_when_it_announces_its_start()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var gate = Sleeper(builder, "gate").WithExplicitStart();
        builder.AddResource(new Own("own")).WaitFor(gate).WaitFor(builder.AddParameter("given", "x")).OnInitializeResource(static async (resource, @event, cancellationToken) =>
        {
            await @event.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, @event.Services), cancellationToken);
            await @event.Notifications.PublishUpdateAsync(resource, static s => s with { State = KnownResourceStates.Running });
        });
        await using var application = await StartAsync(builder);
        await application.ResourceNotifications.WaitForResourceAsync("own", KnownResourceStates.Waiting, Cancelled);

        Assert.IsTrue((await application.ResourceCommands.ExecuteCommandAsync("gate", KnownResourceCommands.StartCommand, Cancelled)).Success);

        await application.ResourceNotifications.WaitForResourceHealthyAsync("own", Cancelled);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Who_waits_for_a_completion_that_fails_does_not_start_and_says_why()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        Sleeper(builder, "api").WaitForCompletion(Shell(builder, "migration", "exit 3"));
        Sleeper(builder, "cleanup").WaitForCompletion(Shell(builder, "probe", "exit 3"), exitCode: 3);
        await using var application = await StartAsync(builder);

        await application.ResourceNotifications.WaitForResourceAsync("api", KnownResourceStates.FailedToStart, Cancelled);
        await application.ResourceNotifications.WaitForResourceAsync("cleanup", Runs, Cancelled);

        var log = await application.LogAsync("api", Cancelled);
        Assert.Contains("'migration'", log);
        Assert.Contains("3", log);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Health_holds_those_back_that_wait_for_it_and_not_those_that_wait_for_the_start()
    {
        var isOpen = false;
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Services.AddHealthChecks().AddCheck("gate", () => Volatile.Read(ref isOpen) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("closed"));
        var server = Sleeper(builder, "server").WithHealthCheck("gate");
        Sleeper(builder, "patient").WaitFor(server);
        Sleeper(builder, "eager").WaitForStart(server);
        await using var application = await builder.BuildAsync(Cancelled);
        // It returns when all that waits has been started too.
        var starting = application.StartAsync(Cancelled);

        await application.ResourceNotifications.WaitForResourceAsync("eager", Runs, Cancelled);
        await application.ResourceNotifications.WaitForResourceAsync("server", static e => e.Snapshot.HealthStatus == HealthStatus.Unhealthy, Cancelled);
        Assert.IsTrue(application.ResourceNotifications.TryGetCurrentState("patient", out var patient));
        Assert.AreEqual(KnownResourceStates.Waiting, patient.Snapshot.State?.Text);

        Volatile.Write(ref isOpen, true);
        await starting;
        await application.ResourceNotifications.WaitForResourceAsync("patient", Runs, Cancelled);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task What_is_started_explicitly_waits_for_the_command_and_can_be_stopped_and_restarted()
    {
        var seen = new List<string>();
        using var builder = DistributedApplicationTestingBuilder.Create();
        var tool = Sleeper(builder, "tool").WithExplicitStart()
            .OnResourceReady((_, _, _) => Note("ready"))
            .OnResourceStopped((_, _, _) => Note("stopped"));
        await using var application = await StartAsync(builder);
        Assert.IsTrue(application.ResourceNotifications.TryGetCurrentState("tool", out var state));
        Assert.AreEqual(KnownResourceStates.NotStarted, state.Snapshot.State?.Text);

        await ExecuteAsync(KnownResourceCommands.StartCommand);
        var first = await application.ResourceNotifications.WaitForResourceAsync("tool", static e => Runs(e) && e.Snapshot.HealthStatus == HealthStatus.Healthy, Cancelled);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("tool", Cancelled);
        await ExecuteAsync(KnownResourceCommands.RestartCommand);
        await application.ResourceNotifications.WaitForResourceAsync("tool", e => Runs(e) && e.Snapshot.StartTimeStamp > first.Snapshot.StartTimeStamp, Cancelled);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("tool", Cancelled);
        await ExecuteAsync(KnownResourceCommands.StopCommand);
        await application.ResourceNotifications.WaitForResourceAsync("tool", KnownResourceStates.TerminalStates, Cancelled);
        await application.StopAsync(Cancelled);

        Assert.AreEqual("ready, stopped, ready, stopped", string.Join(", ", seen));

        Task Note(string what)
        {
            lock (seen)
            {
                seen.Add(what);
            }

            return Task.CompletedTask;
        }

        async Task ExecuteAsync(string command)
        {
            var result = await application.ResourceCommands.ExecuteCommandAsync(tool.Resource, command, Cancelled);
            Assert.IsTrue(result.Success, result.Message);
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Replicas_run_beside_each_other_and_one_can_be_stopped()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        Sleeper(builder, "worker").WithAnnotation(new ReplicaAnnotation(2));
        await using var application = await StartAsync(builder);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await application.ResourceNotifications.WaitForResourceAsync("worker", e => Runs(e) && ids.Add(e.ResourceId) && ids.Count == 2, Cancelled);
        var (stopped, other) = (ids.First(), ids.Last());

        Assert.IsTrue((await application.ResourceCommands.ExecuteCommandAsync(stopped, KnownResourceCommands.StopCommand, Cancelled)).Success);

        Assert.IsTrue(application.ResourceNotifications.TryGetCurrentState(stopped, out var ended));
        Assert.Contains(ended.Snapshot.State?.Text, KnownResourceStates.TerminalStates);
        Assert.IsTrue(application.ResourceNotifications.TryGetCurrentState(other, out var running));
        Assert.AreEqual(KnownResourceStates.Running, running.Snapshot.State?.Text);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_nested_resource_has_the_state_of_its_parent()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var server = Sleeper(builder, "server");
        builder.AddResource(new Share("share", server.Resource));
        await using var application = await StartAsync(builder);

        await application.ResourceNotifications.WaitForResourceAsync("share", KnownResourceStates.Running, Cancelled);
        Assert.IsTrue((await application.ResourceCommands.ExecuteCommandAsync(server.Resource, KnownResourceCommands.StopCommand, Cancelled)).Success);
        await application.ResourceNotifications.WaitForResourceAsync("share", KnownResourceStates.TerminalStates, Cancelled);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Parameters_connection_strings_and_addresses_reach_the_process()
    {
        using var builder = DistributedApplicationTestingBuilder.Create("--Parameters:color=green", "--ConnectionStrings:store=Host=there");
        var server = Sleeper(builder, "server").WithHttpEndpoint(env: "PORT");
        Shell(builder, "client", "echo \"color=$COLOR store=$ConnectionStrings__store server=$services__server__http__0\"")
            .WithEnvironment("COLOR", builder.AddParameter("color"))
            .WithReference(builder.AddConnectionString("store"))
            .WithReference(server.GetEndpoint("http"));
        await using var application = await StartAsync(builder);
        await application.ResourceNotifications.WaitForResourceAsync("client", KnownResourceStates.Finished, Cancelled);

        Assert.Contains($"color=green store=Host=there server={application.GetEndpoint("server").ToString().TrimEnd('/')}", await application.LogAsync("client", Cancelled));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_tests_http_client_has_the_handlers_the_application_was_given()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Services.ConfigureHttpClientDefaults(static http => http.AddHttpMessageHandler(static () => new Again()));
        Sleeper(builder, "api").WithHttpEndpoint(port: FreePorts.Next(), isProxied: false);
        await using var application = await StartAsync(builder);
        using var client = application.CreateHttpClient("api");

        // Listens in the place of the resource, which would.
        var asked = 0;
        await using var server = WebApplication.CreateSlimBuilder().Build();
        server.Urls.Add(client.BaseAddress!.ToString());
        server.MapGet("/", () => Interlocked.Increment(ref asked) == 1 ? Results.StatusCode(503) : Results.Text("answered"));
        await server.StartAsync(Cancelled);

        Assert.AreEqual("answered", await client.GetStringAsync("/", Cancelled));
        Assert.AreEqual(2, asked);
    }

    private static IResourceBuilder<ExecutableResource> Shell(IDistributedApplicationBuilder builder, string name, string script)
        => builder.AddExecutable(name, "sh", "/", "-c", script);

    private static IResourceBuilder<ExecutableResource> Sleeper(IDistributedApplicationBuilder builder, string name)
        => builder.AddExecutable(name, "sleep", "/", "600");

    private static bool Runs(ResourceEvent resource) => resource.Snapshot.State?.Text == KnownResourceStates.Running;

    private async Task<DistributedApplication> StartAsync(IDistributedApplicationTestingBuilder builder)
    {
        var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        return application;
    }

    /// <summary>A resource that nobody but the test runs.</summary>
    private sealed class Own(string name) : Resource(name), IResourceWithWaitSupport;

    /// <summary>A child that does not run itself.</summary>
    private sealed class Share(string name, ExecutableResource parent) : Resource(name), IResourceWithParent<ExecutableResource>
    {
        public ExecutableResource Parent { get; } = parent;
    }

    /// <summary>Asks once more.</summary>
    private sealed class Again : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable ? await base.SendAsync(request, cancellationToken) : answer;
        }
    }
}
