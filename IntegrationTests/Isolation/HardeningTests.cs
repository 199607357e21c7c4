using XoeNovAi.Hosting.Podman.Hardening;

namespace XoeNovAi.IntegrationTests.Isolation;

[TestClass]
public sealed class HardeningTests : StackTest
{
    // What Podman puts into every container with a read-only root.
    private static readonly string[] Podmans = ["/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/run/.containerenv"];
    private static readonly string[] InMemory = ["/run", "/tmp", "/var/tmp"];

    [TestMethod]
    [Scenario("ISO-10")]
    public async Task Processes_have_no_capabilities_gain_no_privileges_and_are_filtered()
    {
        var processes = await new ContainerProcesses(Stack).ListAsync(await ResourcesAsync(), Cancel);
        foreach (var process in processes)
        {
            foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
            {
                Assert.AreEqual("0000000000000000", process.Status[set], $"{process}: {set}");
            }

            Assert.AreEqual("1", process.Status["NoNewPrivs"], $"{process}: NoNewPrivs");
            Assert.AreEqual("2", process.Status["Seccomp"], $"{process}: Seccomp, 2 is a filter");
        }
    }

    [TestMethod]
    [Scenario("ISO-10")]
    public async Task Roots_are_read_only_and_nothing_is_mounted_but_what_was_declared()
    {
        var reader = new ContainerProcesses(Stack);
        foreach (var container in await ResourcesAsync())
        {
            var mounts = await reader.MountsAsync(container, Cancel);
            var declared = container.Resource!.Annotations.OfType<ContainerMountAnnotation>().ToList();
            var temporary = container.Resource.Annotations.OfType<ContainerHardening>().LastOrDefault()?.TemporaryFolders.Select(static f => f.Split(':')[0]) ?? [];
            var allowed = declared.Select(static m => m.Target).Concat(container.Volumes).Concat(Podmans).ToHashSet(StringComparer.Ordinal);
            var inMemory = InMemory.Concat(temporary).ToHashSet(StringComparer.Ordinal);
            TestContext.WriteLine($"{container}: {string.Join(", ", mounts.Where(static m => m.IsOfHost && !m.Target.StartsWith("/dev/", StringComparison.Ordinal)))}");

            Assert.IsTrue(mounts.Single(static m => m.Target == "/").IsReadOnly, $"The root of '{container}' can be written to.");
            foreach (var mount in mounts.Where(static m => !IsKernels(m) && m.Target != "/"))
            {
                Assert.IsTrue(mount.IsOfHost ? allowed.Contains(mount.Target) : inMemory.Contains(mount.Target), $"'{container}' has a mount that nobody declared: {mount}");
            }

            // A declared volume shows a folder that Podman made for it, never one that was there.
            foreach (var mount in mounts.Where(m => m.IsOfHost && allowed.Contains(m.Target) && declared.All(d => d.Type != ContainerMountType.BindMount || d.Target != m.Target)))
            {
                Assert.IsTrue(mount.Source.Contains("/userdata/", StringComparison.Ordinal) || mount.Source.EndsWith("/_data", StringComparison.Ordinal), $"'{container}' sees a folder of the host: {mount}");
            }
        }
    }

    [TestMethod]
    [Scenario("ISO-10")]
    public async Task No_container_has_a_socket_of_a_container_engine()
    {
        var reader = new ContainerProcesses(Stack);
        var seen = 0;
        foreach (var container in await ResourcesAsync())
        {
            var sockets = await reader.SocketsAsync(container, Cancel);
            seen += sockets.Count;
            foreach (var socket in sockets)
            {
                TestContext.WriteLine($"{container}: {socket}");
                Assert.IsFalse(
                    socket.Contains("podman", StringComparison.OrdinalIgnoreCase) || socket.Contains("docker", StringComparison.OrdinalIgnoreCase) || socket.Contains("containerd", StringComparison.OrdinalIgnoreCase) || socket.Contains("buildkit", StringComparison.OrdinalIgnoreCase),
                    $"'{container}' has the socket {socket}.");
            }
        }

        // PostgreSQL has one of its own: had it not been seen, nothing had been looked at.
        Assert.IsGreaterThan(0, seen, "Not one socket was found, not even PostgreSQL's own.");
    }

    private static bool IsKernels(ContainerMount mount)
        => mount.Target is "/proc" or "/sys" or "/dev" || mount.Target.StartsWith("/proc/", StringComparison.Ordinal) || mount.Target.StartsWith("/sys/", StringComparison.Ordinal)
            || (mount.Target.StartsWith("/dev/", StringComparison.Ordinal) && mount.FileSystem is "devtmpfs" or "devpts" or "mqueue" or "tmpfs");

    private async Task<IReadOnlyList<StackContainer>> ResourcesAsync() => [.. (await StackContainers.FindAsync(Stack, Cancel)).Where(static c => c.Resource is not null)];
}
