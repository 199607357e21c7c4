using System.Net;
using System.Net.NetworkInformation;

namespace XoeNovAi.IntegrationTests.Isolation;

[TestClass]
[TestCategory("Quick")]
public sealed class PublishedPortTests : StackTest
{
    [TestMethod]
    [Scenario("ISO-07")]
    public async Task Podman_publishes_the_declared_endpoints_and_no_others_and_on_loopback_only()
        => (await PortCheck.RunAsync(new(Stack.Application), Cancel)).AssertNone(TestContext);

    [TestMethod]
    [Scenario("ISO-07")]
    [Scenario("SEC-05")]
    public async Task Whatever_the_run_listens_on_is_loopback()
    {
        var properties = IPGlobalProperties.GetIPGlobalProperties();
        var listeners = properties.GetActiveTcpListeners().Concat(properties.GetActiveUdpListeners()).ToList();
        foreach (var (what, port) in Endpoints())
        {
            var on = listeners.Where(l => l.Port == port).ToList();
            TestContext.WriteLine($"{what}: {string.Join(", ", on)}");
            Assert.IsNotEmpty(on, $"Nothing listens on port {port} of {what}.");
            Assert.IsTrue(on.All(static l => IPAddress.IsLoopback(l.Address)), $"{what} listens on {string.Join(", ", on)}.");
        }

        var strangers = (await RunListeners.FindAsync(Stack.RunId, Cancel)).Where(static l => !IPAddress.IsLoopback(l.On.Address)).ToList();
        Assert.IsEmpty(strangers, $"Processes of the run listen on other addresses: {string.Join(", ", strangers)}");
    }

    private static IEnumerable<(string What, int Port)> Endpoints()
        => Stack.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<IResourceWithEndpoints>()
            .SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>().Where(static e => e.AllocatedEndpoint is not null).Select(e => ($"{r.Name} ({e.Name})", e.AllocatedEndpoint!.Port)));
}
