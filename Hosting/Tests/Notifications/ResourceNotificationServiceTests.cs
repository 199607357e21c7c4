using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using XoeNovAi.Hosting.Tests.Model;

namespace XoeNovAi.Hosting.Tests.Notifications;

[TestClass]
public sealed class ResourceNotificationServiceTests
{
    private readonly IDistributedApplicationBuilder _builder = Values.Builder();
    private DistributedApplication? _application;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    private ResourceNotificationService Notifications => (_application ??= _builder.Build()).ResourceNotifications;

    [TestCleanup]
    public async Task DisposeApplication()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }
    }

    [TestMethod]
    public async Task Running_is_not_healthy_until_checks_pass_and_readiness_was_announced()
    {
        var server = Container("server");
        var waiting = Notifications.WaitForResourceHealthyAsync("server", Cancelled);

        await PublishAsync(server, s => s with { State = KnownResourceStates.Running, HealthReports = [new("check", HealthStatus.Unhealthy, "no", null)] });
        await PublishAsync(server, static s => s with { HealthReports = [new("check", HealthStatus.Healthy, null, null)] });
        Assert.IsFalse(waiting.IsCompleted);
        await PublishAsync(server, static s => s with { IsReady = true });

        Assert.AreEqual(HealthStatus.Healthy, (await waiting.WaitAsync(Cancelled)).Snapshot.HealthStatus);
    }

    [TestMethod]
    public async Task What_holds_already_is_not_waited_for()
    {
        await PublishAsync(Container("server"), static s => s with { State = KnownResourceStates.Running });

        await Notifications.WaitForResourceAsync("SERVER", KnownResourceStates.Running, Cancelled);
    }

    [TestMethod]
    [DataRow("Exited")]
    [DataRow("FailedToStart")]
    public async Task A_wait_for_health_ends_when_it_can_no_longer_come_true(string state)
    {
        var server = Container("server");
        var waiting = Notifications.WaitForResourceHealthyAsync("server", WaitBehavior.StopOnResourceUnavailable, Cancelled);

        await PublishAsync(server, s => s with { State = state, ExitCode = 3 });

        StringAssert.Contains((await Assert.ThrowsExactlyAsync<DistributedApplicationException>(() => waiting)).Message, "'server'", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(true, WaitBehavior.StopOnResourceUnavailable)]
    [DataRow(false, WaitBehavior.WaitOnResourceUnavailable)]
    public async Task A_wait_is_patient_where_there_is_a_dashboard_to_start_things_again_from(bool disableDashboard, WaitBehavior expected)
    {
        await using var application = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = [], DisableDashboard = disableDashboard }).Build();

        Assert.AreEqual(expected, application.Services.GetRequiredService<IOptions<ResourceNotificationServiceOptions>>().Value.DefaultWaitBehavior);
    }

    [TestMethod]
    public async Task A_patient_wait_outlives_a_failure()
    {
        var server = Container("server");
        var waiting = Notifications.WaitForResourceHealthyAsync("server", WaitBehavior.WaitOnResourceUnavailable, Cancelled);

        await PublishAsync(server, static s => s with { State = KnownResourceStates.Exited });
        await PublishAsync(server, static s => s with { State = KnownResourceStates.Running, IsReady = true });

        await waiting.WaitAsync(Cancelled);
    }

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    public async Task A_name_nobody_has_is_not_waited_for_unless_it_may_come()
    {
        Container("server");

        var failure = await Assert.ThrowsExactlyAsync<DistributedApplicationException>(() => Notifications.WaitForResourceHealthyAsync("sever", Cancelled));

        StringAssert.Contains(failure.Message, "'sever'", StringComparison.Ordinal);
        Assert.IsFalse(Notifications.WaitForResourceHealthyAsync("sever", WaitBehavior.WaitOnResourceUnavailable, Cancelled).IsCompleted);
    }

    [TestMethod]
    [DataRow("running")]
    [DataRow("")]
    [DataRow(null)]
    public async Task A_state_may_be_written_in_any_case_and_is_running_unless_said(string? state)
    {
        await PublishAsync(Container("server"), static s => s with { State = KnownResourceStates.Running });

        Assert.IsTrue(Notifications.WaitForResourceAsync("server", state, Cancelled).IsCompletedSuccessfully);
    }

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    public async Task A_wait_that_is_given_up_says_what_for_and_how_things_are()
    {
        await PublishAsync(Container("server"), static s => s with { State = KnownResourceStates.Starting });
        using var ending = new CancellationTokenSource();
        var waiting = Notifications.WaitForResourceAsync("server", KnownResourceStates.Running, ending.Token);

        await ending.CancelAsync();

        var message = (await Assert.ThrowsAsync<OperationCanceledException>(() => waiting)).Message;
        StringAssert.Contains(message, "'server'", StringComparison.Ordinal);
        StringAssert.Contains(message, "'Running'", StringComparison.Ordinal);
        StringAssert.Contains(message, "Starting", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_name_that_several_instances_share_has_no_one_state()
    {
        var server = Container("server");
        await Notifications.PublishUpdateAsync(server, "server-1", static s => s with { State = KnownResourceStates.Running });
        Assert.IsTrue(Notifications.TryGetCurrentState("server", out var only));
        Assert.AreEqual("server-1", only.ResourceId);

        await Notifications.PublishUpdateAsync(server, "server-2", static s => s);

        Assert.IsFalse(Notifications.TryGetCurrentState("server", out _));
        Assert.IsTrue(Notifications.TryGetCurrentState("server-2", out _));
    }

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    public async Task Who_waits_for_a_resource_waits_for_all_its_instances()
    {
        var server = _builder.AddContainer("server", "image");
        var client = _builder.AddContainer("client", "image").WaitFor(server);
        await Notifications.PublishUpdateAsync(server.Resource, "server-1", static s => s with { State = KnownResourceStates.Running, IsReady = true });
        await Notifications.PublishUpdateAsync(server.Resource, "server-2", static s => s);
        var waiting = Notifications.WaitForDependenciesAsync(client.Resource, Cancelled);
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMilliseconds(50), Cancelled));

        await Notifications.PublishUpdateAsync(server.Resource, "server-2", static s => s with { State = KnownResourceStates.Running, IsReady = true });

        await waiting.WaitAsync(Cancelled);
    }

    [TestMethod]
    public async Task One_of_several_states_is_enough_and_is_told()
    {
        var server = Container("server");
        var waiting = Notifications.WaitForResourceAsync("server", [KnownResourceStates.Running, KnownResourceStates.FailedToStart], Cancelled);

        await PublishAsync(server, static s => s with { State = KnownResourceStates.FailedToStart });

        Assert.AreEqual(KnownResourceStates.FailedToStart, await waiting);
    }

    [TestMethod]
    public async Task The_applications_end_ends_every_wait()
    {
        Container("server");
        var waiting = Notifications.WaitForResourceAsync("server", KnownResourceStates.Running, Cancelled);

        _application!.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.WaitAsync(Cancelled));
    }

    [TestMethod]
    public async Task A_start_waits_for_all_its_dependencies_and_says_so()
    {
        var (first, second) = (_builder.AddContainer("first", "image"), _builder.AddContainer("second", "image"));
        var client = _builder.AddContainer("client", "image").WaitFor(first).WaitForStart(second);
        var waiting = Notifications.WaitForDependenciesAsync(client.Resource, Cancelled);
        Assert.IsTrue(Notifications.TryGetCurrentState("client", out var current));
        Assert.AreEqual(KnownResourceStates.Waiting, current.Snapshot.State?.Text);

        await PublishAsync(first.Resource, static s => s with { State = KnownResourceStates.Running, IsReady = true });
        Assert.IsFalse(waiting.IsCompleted);
        await PublishAsync(second.Resource, static s => s with { State = KnownResourceStates.Running });

        await waiting.WaitAsync(Cancelled);
    }

    [TestMethod]
    [DataRow("Finished", 0, true)]
    [DataRow("Exited", 0, true)]
    [DataRow("Exited", 1, false)]
    [DataRow("FailedToStart", null, false)]
    public async Task Completion_means_the_right_exit_code(string state, int? exitCode, bool goesOn)
    {
        var job = _builder.AddExecutable("job", "true", "/");
        var client = _builder.AddContainer("client", "image").WaitForCompletion(job);
        var waiting = Notifications.WaitForDependenciesAsync(client.Resource, Cancelled);

        await PublishAsync(job.Resource, s => s with { State = state, ExitCode = exitCode });

        if (goesOn)
        {
            await waiting.WaitAsync(Cancelled);
        }
        else
        {
            StringAssert.Contains((await Assert.ThrowsExactlyAsync<DistributedApplicationException>(() => waiting)).Message, "'job'", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void Waiting_for_oneself_or_for_ones_parent_is_refused()
    {
        var postgres = _builder.AddPostgres("postgres");
        var container = _builder.AddContainer("self", "image");

        Assert.ThrowsExactly<DistributedApplicationException>(() => container.WaitFor(container));
    }

    [TestMethod]
    public void Who_waits_for_a_part_waits_for_the_whole()
    {
        var postgres = _builder.AddPostgres("postgres");
        var database = postgres.AddDatabase("xnai");
        var composed = _builder.AddConnectionString("composed", ReferenceExpression.Create($"At={postgres.Resource}"));

        Assert.AreEqual("postgres WaitUntilHealthy, xnai WaitUntilHealthy", WaitsOf(_builder.AddContainer("patient", "image").WaitFor(database)));
        Assert.AreEqual("postgres WaitUntilStarted, xnai WaitUntilStarted", WaitsOf(_builder.AddContainer("eager", "image").WaitForStart(database)));
        Assert.AreEqual("postgres WaitUntilStarted, composed WaitUntilStarted", WaitsOf(_builder.AddContainer("composer", "image").WaitForStart(composed)));
        Assert.AreEqual("xnai WaitForCompletion", WaitsOf(_builder.AddContainer("last", "image").WaitForCompletion(database)));
    }

    private static string WaitsOf(IResourceBuilder<ContainerResource> container)
        => string.Join(", ", container.Resource.Annotations.OfType<WaitAnnotation>().Select(static w => $"{w.Resource.Name} {w.WaitType}"));

    [TestMethod]
    public async Task A_watch_begins_with_what_is_and_goes_on_in_order()
    {
        var server = Container("server");
        await PublishAsync(server, static s => s with { State = KnownResourceStates.Starting });
        await using var watch = Notifications.WatchAsync(Cancelled).GetAsyncEnumerator(Cancelled);

        Assert.IsTrue(await watch.MoveNextAsync());
        Assert.AreEqual(KnownResourceStates.Starting, watch.Current.Snapshot.State?.Text);
        await PublishAsync(server, static s => s with { State = KnownResourceStates.Running });
        Assert.IsTrue(await watch.MoveNextAsync());

        Assert.AreEqual(KnownResourceStates.Running, watch.Current.Snapshot.State?.Text);
    }

    private ContainerResource Container(string name)
    {
        var resource = _builder.AddContainer(name, "image").Resource;
        _ = Notifications;
        return resource;
    }

    private Task PublishAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> change) => Notifications.PublishUpdateAsync(resource, change);
}
