using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Tests.Hardening;

/// <summary>What a container is kept from, in Podman's words.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class HardeningArgumentsTests : IDisposable
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);
    private readonly PodmanEnvironment _enforcing = new() { Command = "podman", RunRoot = "/runs", NamesFolder = "/names", LimitsMemory = true, LimitsCpus = true, LimitsPids = true };
    private readonly ResourceLoggerService _loggers = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => _loggers.Dispose();

    [TestMethod]
    public void Without_a_word_a_container_gets_the_defaults()
        => Assert.AreEqual("--cap-drop=ALL --security-opt=no-new-privileges --userns=auto:size=2048 --tmpfs=/run:mode=1777 --read-only --pids-limit=512", Of(_enforcing, _builder.AddContainer("one", "image")));

    [TestMethod]
    public void What_it_departs_in_is_said()
        => Assert.AreEqual(
            "--cap-drop=ALL --security-opt=no-new-privileges --userns=auto:size=4096 --cap-add=NET_BIND_SERVICE --tmpfs=/run:mode=1777 --tmpfs=/cache --user=7:8 --memory=64m --cpus=0.5 --pids-limit=512",
            Of(_enforcing, _builder.AddContainer("one", "image").WithHardening(new() { ReadOnlyRoot = false, Capabilities = ["NET_BIND_SERVICE"], User = "7:8", UserNamespaceSize = 4096, TemporaryFolders = ["/cache"] }).WithLimits(64, 0.5)));

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task A_limit_that_does_not_hold_on_this_machine_is_left_out_and_named()
    {
        var container = _builder.AddContainer("one", "image").WithLimits(memoryMegabytes: 64);

        Assert.DoesNotContain("--memory", Of(_enforcing with { LimitsMemory = false, LimitsPids = false }, container));

        _loggers.Complete(container.Resource);
        var said = new List<LogLine>();
        await foreach (var lines in _loggers.WatchAsync(container.Resource).WithCancellation(TestContext.CancellationToken))
        {
            said.AddRange(lines);
        }

        Assert.Contains("--memory=64m --pids-limit=512", said.Single().Content);
    }

    private string Of(PodmanEnvironment environment, IResourceBuilder<ContainerResource> container) => string.Join(' ', new HardeningArguments(environment, _loggers).Of(container.Resource, null));
}
