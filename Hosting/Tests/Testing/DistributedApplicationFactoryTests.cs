using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace XoeNovAi.Hosting.Tests.Testing;

[TestClass]
public sealed class DistributedApplicationFactoryTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task What_derives_from_it_sees_the_apphost_at_every_step_and_its_clients_reach_what_runs()
    {
        var steps = new List<string>();
        await using var factory = new Recording(["--Who=factory"], steps);

        await factory.StartAsync(Cancelled);
        var endpoint = factory.GetEndpoint("added");
        using var client = factory.CreateHttpClient("added");

        string[] expected = ["creating --Who=factory", "created with 0 resources", "building with 2 resources", "built with 3 resources"];
        Assert.AreEqual(string.Join(Environment.NewLine, expected), string.Join(Environment.NewLine, steps));
        Assert.AreEqual(endpoint, client.BaseAddress);
        Assert.AreEqual("Host=db", await factory.GetConnectionString("db"));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task One_that_was_not_started_says_so_and_can_be_disposed()
    {
        var factory = new Aspire.Hosting.Testing.DistributedApplicationFactory(typeof(Projects.SampleAppHost));

        Assert.ThrowsExactly<InvalidOperationException>(() => factory.GetEndpoint("sleeper"));
        await factory.DisposeAsync();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => factory.StartAsync(Cancelled));
    }

    private sealed class Recording(string[] args, List<string> steps) : Aspire.Hosting.Testing.DistributedApplicationFactory(typeof(Projects.SampleAppHost), args)
    {
        protected override void OnBuilderCreating(DistributedApplicationOptions applicationOptions, HostApplicationBuilderSettings hostOptions)
            => steps.Add($"creating {string.Join(' ', applicationOptions.Args ?? [])}");

        protected override void OnBuilderCreated(DistributedApplicationBuilder applicationBuilder)
            => steps.Add($"created with {applicationBuilder.Resources.Count} resources");

        protected override void OnBuilding(DistributedApplicationBuilder applicationBuilder)
        {
            steps.Add($"building with {applicationBuilder.Resources.Count} resources");
            applicationBuilder.AddExecutable("added", "sleep", "/", "600").WithHttpEndpoint();
            applicationBuilder.AddConnectionString("db", ReferenceExpression.Create($"Host=db"));
            applicationBuilder.Resources.Remove(applicationBuilder.Resources.Single(static r => r.Name == "sleeper"));
        }

        protected override void OnBuilt(DistributedApplication application)
            => steps.Add($"built with {application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Count} resources");
    }
}
