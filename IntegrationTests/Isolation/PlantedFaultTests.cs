using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.IntegrationTests.Hosting;
using XoeNovAi.IntegrationTests.Security;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The checks can fail: with a fault planted for each in a stack of the test's own, each finds its own, and says where it is.</summary>
[TestClass]
public sealed class PlantedFaultTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [TestMethod]
    [Scenario("ISO-02")]
    [Scenario("ISO-03")]
    [Scenario("ISO-04")]
    [Scenario("ISO-07")]
    [Scenario("ISO-10")]
    [Scenario("ISO-13")]
    public async Task Every_planted_fault_is_found_where_it_was_planted()
    {
        // The guard first: what is planted may lead out of the machine.
        await using var lab = await Lab.OpenAsync(new(Stack.Application), Cancel);
        await using var sampler = CommandLineSampler.Start();
        await using var planted = await SmallStack.StartAsync(["ordinary-network", "port-on-all-addresses", "capability", "host-mount", "shared-namespace", "no-seccomp", "foreign-name", "secret-in-arguments", "declared-privileges"], Cancel);
        var stack = planted.Observed;
        var secrets = await StackSecrets.ReadAsync(stack.Application, Cancel);
        var commands = SecretCheck.OfCommandLines(await sampler.EndAsync(), secrets);

        // One after the other: each takes what the machine has.
        var ports = await PortCheck.RunAsync(stack, Cancel);
        var privileges = await PrivilegeCheck.RunAsync(stack, Cancel);
        var mounts = await MountCheck.RunAsync(stack, Cancel);
        var namespaces = await NamespaceCheck.RunAsync(stack, Cancel);
        var names = await NameCheck.RunAsync(stack, lab, Cancel);
        var inspection = await SecretCheck.OfInspectionAsync(stack, secrets, Cancel);
        var reachability = await ReachabilityCheck.RunAsync(stack, lab, withDetours: false, Cancel);

        reachability.Show(TestContext, "planted-faults");
        Found("ordinary-network", reachability, "gateway", $"(outside) {lab.Outside.Targets[0].Target} (beyond)");
        Found("port-on-all-addresses", ports, "gateway", "port 9/tcp");
        Found("capability", privileges, "gateway", "CapBnd of dotnet");
        Found("host-mount", mounts, "gateway", "mount /srv/host-os-release");
        Found("shared-namespace", namespaces, "gateway", "uts namespace");
        Found("declared-privileges", privileges, "redis", "CapBnd of redis-server");
        Found("declared-privileges", mounts, "redis", "root file system");
        Found("no-seccomp", privileges, "gateway", "Seccomp of dotnet");

        Found("foreign-name", names, "consul", "name redis");

        Found("secret-in-arguments", commands, "command line", "postgres-password");
        Found("secret-in-arguments", inspection, "gateway", "inspection, postgres-password");

        // Nothing else is wrong with that stack: what is found is what was planted.
        OnlyAbout(["gateway"], ports, namespaces, inspection);
        OnlyAbout(["gateway", "redis"], privileges, mounts);
        var others = reachability.All.Where(f => f.Subject is not "(all containers)" && !OnAppNetwork(stack, f.Subject)).ToList();
        Assert.IsEmpty(others, $"Containers that are on no planted network are not as declared: {string.Join(Environment.NewLine, others)}");
    }

    [TestMethod]
    [Scenario("HOST-05")]
    [DataRow("Development", "capability", "'Development'")]
    [DataRow("Production", "capability", "'Production'")]
    [DataRow("Testing", "nonsense", "no fault that can be planted")]
    public async Task A_fault_is_planted_in_the_environment_for_it_only(string environment, string plant, string why)
    {
        await using var appHost = AppHostProcess.Start([$"--Stack:Plant={plant}"], new Dictionary<string, string?> { ["DOTNET_ENVIRONMENT"] = environment });
        await appHost.EndedAsync(Limit, Cancel);
        Assert.AreEqual(1, appHost.ExitCode, appHost.Describe());
        Complaint.AssertOneSentence(appHost, "Stack:Plant", why);
    }

    private void Found(string plant, Findings findings, string subject, string cell)
    {
        TestContext.WriteLine($"{plant}:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", findings.All)}");
        Assert.IsTrue(findings.All.Any(f => f.Subject == subject && f.Cell == cell), $"'{plant}' was planted, and '{cell}' of '{subject}' was found to be as declared. Found was: {string.Join(Environment.NewLine, findings.All)}{Environment.NewLine}{findings.Report}");
    }

    private static void OnlyAbout(string[] subjects, params IEnumerable<Findings> findings)
    {
        var others = findings.SelectMany(static f => f.All).Where(f => !subjects.Contains(f.Subject)).ToList();
        Assert.IsEmpty(others, $"Found beside what was planted: {string.Join(Environment.NewLine, others)}");
    }

    private static bool OnAppNetwork(ObservedStack stack, string container)
        => stack.Model.Resources.Single(r => r.Name == container).GetPodmanNetworks().Any(static n => n.Name == "app-network");
}
