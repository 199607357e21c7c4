using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Tests.Networks;

/// <summary>A container in the network of another.</summary>
[TestClass]
public sealed class SharedNetworkTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task It_reaches_the_other_on_loopback_and_ends_and_starts_with_it()
    {
        await using var run = await PodmanApplication.StartAsync(
            static builder =>
            {
                var web = builder.AddWeb("web").OnNetwork(builder.AddPodmanNetwork("net"));
                builder.AddSleeper("beside").InNetworkOf(web);
            },
            Cancelled);
        var web = await run.Application.RunningAsync("web", Cancelled);
        var first = await run.Application.RunningAsync("beside", Cancelled);
        Assert.AreEqual("web GET", await Engine.ExecuteAsync(first, "until curl -sf http://127.0.0.1:8080/; do sleep 0.1; done", Cancelled));
        Assert.AreEqual(await NamespaceOfAsync(web), await NamespaceOfAsync(first));

        await Engine.RunAsync(Cancelled, "kill", web);
        await run.Application.EndedAsync("web", Cancelled);
        await run.Application.EndedAsync("beside", Cancelled);
        await run.Application.CommandAsync("web", KnownResourceCommands.StartCommand, Cancelled);
        var again = await run.Application.RunningAsync("web", Cancelled);
        await run.Application.SeenAsync("beside", s => s.State?.Text == KnownResourceStates.Running && s.Properties.All(p => p.Value as string != first), Cancelled);
        var second = await run.Application.RunningAsync("beside", Cancelled);
        Assert.AreNotEqual(first, second);
        Assert.AreEqual(await NamespaceOfAsync(again), await NamespaceOfAsync(second));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Endpoints_of_its_own_are_refused_by_name()
    {
        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(async () => await PodmanApplication.StartAsync(
            static builder => builder.AddSleeper("beside").WithHttpEndpoint(targetPort: 80).InNetworkOf(builder.AddSleeper("web")),
            Cancelled));

        Assert.Contains("'beside' wants what rootless Podman's integration does not do", exception.Message);
        Assert.Contains("'web'", exception.Message);
    }

    private async Task<string> NamespaceOfAsync(string container)
    {
        var process = (await Engine.RunAsync(Cancelled, "inspect", "--format", "{{.State.Pid}}", container)).Single();
        return (await Engine.RunAsync(Cancelled, "unshare", "readlink", $"/proc/{process}/ns/net")).Single();
    }
}
