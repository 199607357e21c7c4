using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace XoeNovAi.IntegrationTests.Isolation;

[TestClass]
public sealed class PublishedPortTests : StackTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [TestMethod]
    [Scenario("ISO-07")]
    public async Task Podman_publishes_the_declared_endpoints_and_no_others()
    {
        foreach (var container in (await StackContainers.FindAsync(Stack, Cancel)).Where(static c => c.Resource is not null))
        {
            var declared = container.Resource!.Annotations.OfType<EndpointAnnotation>().Select(static e => $"{e.TargetPort}/{(e.Protocol == ProtocolType.Udp ? "udp" : "tcp")}").Order().ToList();
            var published = container.Published.Select(static p => $"{p.Port}/{p.Protocol}").Order().ToList();
            TestContext.WriteLine($"{container}: {string.Join(", ", container.Published.Select(static p => $"{p.On} to {p.Port}/{p.Protocol}"))}");
            CollectionAssert.AreEqual(declared, published, $"'{container}' declares {string.Join(", ", declared)} and publishes {string.Join(", ", published)}.");
        }
    }

    [TestMethod]
    [Scenario("ISO-07")]
    public async Task Whatever_the_run_listens_on_is_loopback()
    {
        var containers = await StackContainers.FindAsync(Stack, Cancel);
        var ports = containers.SelectMany(static c => c.Published.Select(p => (What: $"{c.Name} {p.Port}/{p.Protocol}", p.On.Port)))
            .Concat(Endpoints())
            .ToList();
        var listeners = IPGlobalProperties.GetIPGlobalProperties() is { } host ? host.GetActiveTcpListeners().Concat(host.GetActiveUdpListeners()).ToList() : [];

        foreach (var container in containers)
        {
            Assert.IsTrue(container.Published.All(static p => IPAddress.IsLoopback(p.On.Address)), $"'{container}' is published on {string.Join(", ", container.Published.Select(static p => p.On))}.");
        }

        foreach (var (what, port) in ports)
        {
            var on = listeners.Where(l => l.Port == port).ToList();
            TestContext.WriteLine($"{what}: {string.Join(", ", on)}");
            Assert.IsNotEmpty(on, $"Nothing listens on port {port} of {what}.");
            Assert.IsTrue(on.All(static l => IPAddress.IsLoopback(l.Address)), $"{what} listens on {string.Join(", ", on)}.");
        }

        var strangers = (await RunListeners.FindAsync(StackContainers.RunIdOf(Stack), Cancel)).Where(static l => !IPAddress.IsLoopback(l.On.Address)).ToList();
        Assert.IsEmpty(strangers, $"Processes of the run listen on other addresses: {string.Join(", ", strangers)}");
    }

    [TestMethod]
    [Scenario("ISO-07")]
    public async Task Published_ports_do_not_answer_on_other_addresses_of_the_host()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces().SelectMany(static i => i.GetIPProperties().UnicastAddresses).Select(static a => a.Address)
            .Where(static a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a))
            .ToList();
        var ports = (await StackContainers.FindAsync(Stack, Cancel)).SelectMany(static c => c.Published).Select(static p => p.On.Port).Append(Stack.GatewayAddress.Port).ToList();

        // To an address of its own a machine sends nothing out. The control: on loopback the same ports answer.
        foreach (var port in ports)
        {
            Assert.IsTrue(await ConnectsAsync(IPAddress.Loopback, port), $"Port {port} does not answer on loopback.");
            foreach (var address in addresses)
            {
                Assert.IsFalse(await ConnectsAsync(address, port), $"Port {port} answers on {address}.");
            }
        }
    }

    private static IEnumerable<(string What, int Port)> Endpoints()
        => Stack.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<IResourceWithEndpoints>()
            .SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>().Where(static e => e.AllocatedEndpoint is not null).Select(e => ($"{r.Name} ({e.Name})", e.AllocatedEndpoint!.Port)));

    private async Task<bool> ConnectsAsync(IPAddress address, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Patience);
        try
        {
            await socket.ConnectAsync(address, port, deadline.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !Cancel.IsCancellationRequested))
        {
            return false;
        }
    }
}
