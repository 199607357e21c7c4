using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Every kind of network the model has, in an application of the test's own: what it declares is what the packets and the names show.</summary>
[TestClass]
public sealed class NetworkModelTests : StackTest
{
    private const int Port = 9000;

    [TestMethod]
    [Scenario("ISO-03")]
    [Scenario("ISO-04")]
    public async Task Internal_outgoing_nameless_and_linked_networks_are_what_they_say()
    {
        // The guard first: one of the networks has a way out.
        await using var lab = await Lab.OpenAsync(new(Stack.Application), Cancel);
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { AssemblyName = typeof(Projects.AppHost).Assembly.GetName().Name, DisableDashboard = true });
        builder.UseRootlessPodman();
        var left = builder.AddPodmanNetwork("left");
        var right = builder.AddPodmanNetwork("right");
        var outgoing = builder.AddPodmanNetwork("outgoing").AllowEgress();
        var nameless = builder.AddPodmanNetwork("nameless").WithoutNames();
        var one = Add(builder, "one").OnNetwork(left, "first.of.all");
        Add(builder, "both").OnNetwork(left).OnNetwork(right);
        var other = Add(builder, "other").OnNetwork(right);
        Add(builder, "caller").OnNetwork(outgoing).WithLinkTo(one);
        Add(builder, "quiet").OnNetwork(nameless);
        Add(builder, "silent").OnNetwork(nameless).WithLinkTo(other);
        await using var application = builder.Build();
        await StackStart.RunAsync(application, Cancel);
        try
        {
            var stack = new ObservedStack(application);

            (await ReachabilityCheck.RunAsync(stack, lab, withDetours: false, Cancel)).AssertNone(TestContext);
            (await NameCheck.RunAsync(stack, lab, Cancel)).AssertNone(TestContext);
            (await ReachabilityCheck.RunAsync(stack, lab, withDetours: true, Cancel)).AssertNone(TestContext);
        }
        finally
        {
            await application.StopAsync(Cancel);
        }
    }

    private static IResourceBuilder<ContainerResource> Add(IDistributedApplicationBuilder builder, string name)
        => builder.AddContainer(name, "localhost/xoe-novai/probe", "1").WithArgs("nc", "-lk", $"{Port}").WithEndpoint(targetPort: Port, name: "tcp", scheme: "tcp");
}
