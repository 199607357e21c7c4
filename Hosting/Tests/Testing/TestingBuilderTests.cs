using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using XoeNovAi.Hosting.Tests.Model;

namespace XoeNovAi.Hosting.Tests.Testing;

[TestClass]
public sealed class TestingBuilderTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task An_entry_points_model_can_be_changed_before_it_is_built()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(Cancelled);
        var sleeper = builder.Resources.Single(static r => r.Name == "sleeper");
        builder.Resources.Remove(sleeper);
        builder.AddParameter("added", "by the test");

        await using var application = await builder.BuildAsync(Cancelled);

        var names = application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Select(static r => r.Name).Order(StringComparer.Ordinal).ToArray();
        string[] expected = ["added", "greeting"];
        CollectionAssert.AreEqual(expected, names);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Arguments_reach_the_entry_points_configuration_and_ports_are_free_ones()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(["--Custom:Key=value"], Cancelled);

        Assert.AreEqual("value", builder.Configuration["Custom:Key"]);
        Assert.AreEqual(bool.TrueString, builder.Configuration["DcpPublisher:RandomizePorts"], "A test must not ask for the ports that dotnet run uses.");
        StringAssert.EndsWith(builder.AppHostDirectory, "SampleAppHost", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_builder_that_is_given_up_lets_the_entry_point_end()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(Cancelled);

        await builder.DisposeAsync().AsTask().WaitAsync(Cancelled);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Two_at_once_have_models_and_values_of_their_own()
    {
        var builders = await Task.WhenAll(
            DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(["--Who=one"], Cancelled),
            DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(["--Who=two"], Cancelled));
        await using var one = builders[0];
        await using var two = builders[1];

        Assert.AreEqual("one", one.Configuration["Who"]);
        Assert.AreEqual("two", two.Configuration["Who"]);
        Assert.AreNotEqual(one.Configuration["DcpPublisher:RunId"], two.Configuration["DcpPublisher:RunId"]);
        Assert.AreNotSame(one.Resources.First(), two.Resources.First());
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Two_run_at_once_in_one_process_and_stop_alone()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();

        await first.StopAsync(Cancelled);

        Assert.IsTrue(second.ResourceNotifications.TryGetCurrentState("sleeper", out var state));
        Assert.AreEqual(KnownResourceStates.Running, state.Snapshot.State?.Text);
        await second.StopAsync(Cancelled);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Events_come_in_the_documented_order()
    {
        var builder = Values.Builder();
        await using (builder)
        {
            var seen = new List<string>();
            var sleeper = builder.AddExecutable("sleeper", "sleep", "/", "600").WithHttpEndpoint(env: "PORT");
            builder.Eventing.Subscribe<BeforeStartEvent>((_, _) => Note(seen, "before start"));
            builder.Eventing.Subscribe<ResourceEndpointsAllocatedEvent>(sleeper.Resource, (_, _) => Note(seen, "endpoints allocated"));
            builder.Eventing.Subscribe<BeforeResourceStartedEvent>(sleeper.Resource, (_, _) => Note(seen, "before resource started"));
            builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((_, _) => Note(seen, "after resources created"));
            await using var application = await builder.BuildAsync(Cancelled);

            await application.StartAsync(Cancelled);
            await application.ResourceNotifications.WaitForResourceHealthyAsync("sleeper", Cancelled);
            await application.StopAsync(Cancelled);

            string[] expected = ["before start", "endpoints allocated", "before resource started", "after resources created"];
            CollectionAssert.AreEqual(expected, seen);
        }
    }

    private async Task<DistributedApplication> StartAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(Cancelled);
        var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("sleeper", Cancelled);
        return application;
    }

    private static Task Note(List<string> seen, string what)
    {
        lock (seen)
        {
            seen.Add(what);
        }

        return Task.CompletedTask;
    }
}
