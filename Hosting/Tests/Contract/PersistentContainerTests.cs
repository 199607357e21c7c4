using System.Globalization;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Tests.Contract;

/// <summary>Containers that outlive the application.</summary>
[TestClass]
public sealed class PersistentContainerTests
{
    private string _name = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Name() => _name = $"lasting-{Guid.NewGuid():n}"[..20];

    [TestCleanup]
    public async Task RemoveAsync()
    {
        foreach (var container in await Engine.RunAsync(CancellationToken.None, "ps", "-a", "--format", "{{.ID}} {{.Networks}}", "--filter", $"name={_name}"))
        {
            var parts = container.Split(' ');
            await Engine.RunAsync(CancellationToken.None, "rm", "-f", "-v", "-t", "0", parts[0]);
            await Engine.RunAsync(CancellationToken.None, "network", "rm", "-f", parts[1].Trim('[', ']'));
        }
    }

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task One_is_found_again_at_its_port_and_name_and_is_made_anew_when_its_configuration_changes()
    {
        var first = await RunAsync();
        Assert.HasCount(1, await Engine.RunAsync(Cancelled, "ps", "-q", "--no-trunc", "--filter", $"id={first.Id}"), "It runs on without the application.");

        Assert.AreEqual(first, await RunAsync());
        await Engine.RunAsync(Cancelled, "stop", "-t", "0", first.Id);
        Assert.AreEqual(first, await RunAsync(), "One that has ended is started again.");

        Assert.AreNotEqual(first.Id, (await RunAsync("new")).Id);
        Assert.IsEmpty(await Engine.RunAsync(Cancelled, "ps", "-aq", "--no-trunc", "--filter", $"id={first.Id}"));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task One_by_Aspires_newer_word_is_the_same_after_a_restart_and_keeps_nobody_from_the_tunnel()
    {
        string id;
        await using (var run = await PodmanApplication.StartAsync(
            builder =>
            {
                builder.AddSleeper(_name).WithPersistentLifetime().WithContainerRuntimeArgs("--stop-signal=KILL");
                var process = builder.AddExecutable("process", "sleep", "/", "600").WithHttpEndpoint().WithEndpoint("http", static e => e.ExcludeReferenceEndpoint = true);
                builder.AddScript("asks", "for i in $(seq 100); do getent hosts aspire.dev.internal && exit 0; sleep 0.1; done; exit 1").WithEnvironment("PROCESS", process.GetEndpoint("http"));
            },
            Cancelled))
        {
            id = await run.Application.RunningAsync(_name, Cancelled);
            await run.Application.EndedWellAsync("asks", Cancelled);
            await run.Application.CommandAsync(_name, KnownResourceCommands.RestartCommand, Cancelled);
            Assert.AreEqual(id, await run.Application.RunningAsync(_name, Cancelled));
        }

        Assert.HasCount(1, await Engine.RunAsync(Cancelled, "ps", "-q", "--no-trunc", "--filter", $"id={id}"), "It runs on without the application.");
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task A_network_that_goes_with_the_run_cannot_carry_one()
    {
        await using var run = await PodmanApplication.StartAsync(builder => builder.AddSleeper(_name).WithLifetime(ContainerLifetime.Persistent).OnNetwork(builder.AddPodmanNetwork("of-the-run")), Cancelled);

        Assert.AreEqual(KnownResourceStates.FailedToStart, (await run.Application.EndedAsync(_name, Cancelled)).State?.Text);
        Assert.Contains($"'{_name}' is persistent, but the network 'of-the-run'", run.Console);
    }

    // It has its own name in the network's name server, which a start must not take for what a killed run has left.
    private async Task<(string Id, string Port)> RunAsync(string value = "old")
    {
        await using var run = await PodmanApplication.StartAsync(
            builder => builder.AddSleeper(_name).WithEnvironment("VALUE", value).WithHttpEndpoint(targetPort: 80).WithLifetime(ContainerLifetime.Persistent).WithContainerRuntimeArgs("--stop-signal=KILL"),
            Cancelled);
        var id = await run.Application.RunningAsync(_name, Cancelled);
        var port = run.Application.GetEndpoint(_name, "http").Port.ToString(CultureInfo.InvariantCulture);
        Assert.EndsWith($":{port}", (await Engine.RunAsync(Cancelled, "port", id)).Single());

        // The name server reads its files anew a moment after a container has started.
        await Eventually.HoldsAsync("its name is answered", TimeSpan.FromSeconds(10), c => Engine.ExecuteAsync(id, $"getent hosts {_name} || true", c), answer => answer.Contains(_name, StringComparison.Ordinal), static answer => answer, Cancelled);
        return (id, port);
    }
}
