using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>Containers that outlive the application, on podman.</summary>
[TestClass]
public sealed class PersistentContainerTests
{
    private const string Probe = "localhost/xoe-novai/probe";
    private string _name = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Name() => _name = $"lasting-{Guid.NewGuid():n}"[..20];

    [TestCleanup]
    public async Task RemoveAsync()
    {
        foreach (var container in await Podman.RunAsync("ps", "-a", "--format", "{{.ID}} {{.Networks}}", "--filter", $"name={_name}"))
        {
            var parts = container.Split(' ');
            await Podman.RunAsync("rm", "-f", "-v", "-t", "0", parts[0]);
            await Podman.RunAsync("network", "rm", "-f", parts[1].Trim('[', ']'));
        }
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task It_survives_the_application_is_found_again_and_is_made_anew_when_its_configuration_changes()
    {
        var (first, firstPort) = await RunAsync();
        Assert.HasCount(1, await Podman.RunAsync("ps", "-q", "--no-trunc", "--filter", $"id={first}"), "It runs on without the application.");

        Assert.AreEqual((first, firstPort), await RunAsync());
        Assert.AreEqual((first, firstPort), await RunAsync(b => b.WithHttpHealthCheck()), "What podman is not told changes nothing.");

        await Podman.RunAsync("stop", "-t", "0", first);
        Assert.AreEqual((first, firstPort), await RunAsync(), "One that has ended is started again.");

        var (changed, _) = await RunAsync(b => b.WithEnvironment("NEW", "value"));
        Assert.AreNotEqual(first, changed);
        Assert.IsEmpty(await Podman.RunAsync("ps", "-aq", "--no-trunc", "--filter", $"id={first}"));

        var (withFile, _) = await RunAsync(b => b.WithContainerFiles("/", [new ContainerFile { Name = "given", Contents = "1" }]));
        Assert.AreEqual(withFile, (await RunAsync(b => b.WithContainerFiles("/", [new ContainerFile { Name = "given", Contents = "1" }]))).Id, "The same files make no other container.");
        Assert.AreNotEqual(withFile, (await RunAsync(b => b.WithContainerFiles("/", [new ContainerFile { Name = "given", Contents = "2" }]))).Id);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task It_has_the_name_it_was_given_and_commands_stop_and_start_the_same_one()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        Add(builder).WithContainerName($"{_name}-by-name");
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        var id = await application.ContainerIdAsync(_name, Cancelled);
        Assert.AreEqual($"{_name}-by-name", (await Podman.RunAsync("inspect", "--format", "{{.Name}}", id)).Single());

        Assert.IsTrue((await application.ResourceCommands.ExecuteCommandAsync(_name, KnownResourceCommands.StopCommand, Cancelled)).Success);
        await application.ResourceNotifications.WaitForResourceAsync(_name, KnownResourceStates.Exited, Cancelled);
        Assert.IsTrue((await application.ResourceCommands.ExecuteCommandAsync(_name, KnownResourceCommands.StartCommand, Cancelled)).Success);
        Assert.AreEqual(id, await application.ContainerIdAsync(_name, Cancelled));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_network_that_goes_with_the_run_cannot_carry_it()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        Add(builder).WithAnnotation(new ContainerNetworkAttachmentAnnotation("network-of-the-run"));
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        await application.ResourceNotifications.WaitForResourceAsync(_name, KnownResourceStates.FailedToStart, Cancelled);

        Assert.Contains($"'{_name}' is persistent, but the network 'network-of-the-run'", await application.LogAsync(_name, Cancelled));
    }

    private IResourceBuilder<ContainerResource> Add(IDistributedApplicationTestingBuilder builder)
        => builder.AddContainer(_name, Probe, "1").WithEntrypoint("sleep").WithArgs("600").WithContainerRuntimeArgs("--stop-signal=KILL")
            .WithHttpEndpoint(targetPort: 80)
            .WithLifetime(ContainerLifetime.Persistent);

    private async Task<(string Id, string Port)> RunAsync(Action<IResourceBuilder<ContainerResource>>? configure = null)
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var container = Add(builder);
        configure?.Invoke(container);
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        var id = await application.ContainerIdAsync(_name, Cancelled);
        var port = container.GetEndpoint("http").Port.ToString(CultureInfo.InvariantCulture);
        Assert.EndsWith($":{port}", (await Podman.RunAsync("port", id)).Single());
        await application.StopAsync(Cancelled);
        return (id, port);
    }
}
