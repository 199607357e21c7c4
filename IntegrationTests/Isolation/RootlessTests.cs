namespace XoeNovAi.IntegrationTests.Isolation;

[TestClass]
public sealed class RootlessTests : StackTest
{
    private static readonly string[] Own = ["ipc", "mnt", "net", "pid", "user", "uts"];

    [TestMethod]
    [Scenario("ISO-01")]
    public async Task No_process_of_a_container_is_root_on_the_host_and_no_containers_root_is()
    {
        var containers = await StackContainers.FindAsync(Stack, Cancel);
        var processes = await new ContainerProcesses(Stack).ListAsync(containers, Cancel);

        Assert.IsTrue(containers.All(c => processes.Any(p => p.ProcessId == c.ProcessId)), "A container's main process was not among those found.");
        foreach (var process in processes)
        {
            TestContext.WriteLine($"{process}: user {process.HostUsers[0]} on the host; ids {string.Join(", ", process.UserMap.Select(static m => $"{m.Inside}..{m.Inside + m.Count - 1} are {m.Host}..{m.Host + m.Count - 1}"))}");
            Assert.IsFalse(process.HostUsers.Contains(0), $"{process} is root on the host.");
            Assert.IsNotEmpty(process.UserMap, $"{process} has no user map.");
            foreach (var (inside, host, count) in process.UserMap)
            {
                Assert.IsGreaterThan(0, host, $"{process}: its user {inside} is root on the host.");
                Assert.IsLessThan(uint.MaxValue, count, $"{process} is in the host's own user namespace.");
            }
        }
    }

    [TestMethod]
    [Scenario("ISO-01")]
    [Scenario("ISO-10")]
    public async Task Every_container_has_user_ids_and_namespaces_of_its_own()
    {
        var containers = (await StackContainers.FindAsync(Stack, Cancel)).Where(static c => c.Resource is not null).ToList();
        var main = (await new ContainerProcesses(Stack).ListAsync(containers, Cancel)).Where(static p => p.ProcessId == p.Container.ProcessId).ToList();
        var here = Own.ToDictionary(static k => k, static k => new FileInfo($"/proc/self/ns/{k}").LinkTarget!);

        foreach (var kind in Own)
        {
            var shared = main.GroupBy(p => p.Namespaces[kind]).Where(static g => g.Count() > 1).Select(static g => string.Join(" and ", g.Select(static p => p.Container.Name))).ToList();
            Assert.IsEmpty(shared, $"These share a namespace of kind {kind}: {string.Join("; ", shared)}");
            Assert.IsFalse(main.Any(p => p.Namespaces[kind] == here[kind]), $"A container is in the host's namespace of kind {kind}.");
        }

        foreach (var (one, other) in main.SelectMany((p, i) => main.Skip(i + 1).Select(o => (p, o))))
        {
            Assert.IsFalse(one.UserMap.Any(a => other.UserMap.Any(b => a.Host < b.Host + b.Count && b.Host < a.Host + a.Count)), $"{one} and {other} have user ids of the host in common.");
        }
    }
}
