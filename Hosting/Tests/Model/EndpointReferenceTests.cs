using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class EndpointReferenceTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    public async Task Before_allocation_a_read_fails_and_an_await_waits()
    {
        using var builder = Values.Builder();
        var server = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80);
        var endpoint = server.GetEndpoint("http");
        Assert.IsTrue(endpoint.Exists);
        Assert.IsFalse(endpoint.IsAllocated);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => endpoint.Port).Message, "'server'", StringComparison.Ordinal);

        var waiting = endpoint.GetValueAsync(Cancelled).AsTask();
        Assert.IsFalse(waiting.IsCompleted);
        Values.Allocate(server.Resource, "http", 5001, "server", 80);

        Assert.AreEqual("http://localhost:5001", await waiting);
        Assert.IsTrue(endpoint.IsAllocated);
        Assert.AreEqual(5001, endpoint.Port);
    }

    [TestMethod]
    public async Task What_is_known_beforehand_does_not_wait()
    {
        using var builder = Values.Builder();
        var endpoint = builder.AddContainer("server", "image").WithHttpsEndpoint(targetPort: 8443).GetEndpoint("https");

        Assert.AreEqual("https", await endpoint.Property(EndpointProperty.Scheme).GetValueAsync(Cancelled));
        Assert.AreEqual("8443", await endpoint.Property(EndpointProperty.TargetPort).GetValueAsync(Cancelled));
    }

    [TestMethod]
    public async Task An_await_that_is_given_up_ends()
    {
        using var builder = Values.Builder();
        var endpoint = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80).GetEndpoint("http");
        using var ending = new CancellationTokenSource();
        var waiting = endpoint.GetValueAsync(ending.Token).AsTask();

        await ending.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
    }

    [TestMethod]
    public void An_endpoint_that_is_not_there_is_named()
    {
        using var builder = Values.Builder();
        var endpoint = builder.AddContainer("server", "image").GetEndpoint("admin");

        Assert.IsFalse(endpoint.Exists);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => endpoint.Scheme).Message, "'admin'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_reference_bound_to_a_network_is_seen_from_there_by_everyone()
    {
        using var builder = Values.Builder();
        var server = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80);
        var client = builder.AddContainer("client", "image");
        Values.Allocate(server.Resource, "http", 5001, "server", 80);
        var bound = server.GetEndpoint("http", KnownNetworkIdentifiers.LocalhostNetwork).Property(EndpointProperty.HostAndPort);

        Assert.AreEqual("localhost:5001", await bound.GetValueAsync(Values.SeenBy(client.Resource), Cancelled));
    }

    [TestMethod]
    public async Task An_address_of_the_host_has_the_tunnels_name_inside_a_container()
    {
        using var builder = Values.Builder();
        IValueProvider url = new HostUrl("http://localhost:4317");

        Assert.AreEqual("http://aspire.dev.internal:4317", await url.GetValueAsync(Values.SeenBy(builder.AddContainer("c", "image").Resource), Cancelled));
        Assert.AreEqual("http://localhost:4317", await url.GetValueAsync(Values.SeenBy(builder.AddExecutable("e", "true", "/").Resource), Cancelled));
    }

    [TestMethod]
    public void Two_endpoints_of_one_name_are_refused()
    {
        using var builder = Values.Builder();
        var server = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80);

        Assert.ThrowsExactly<DistributedApplicationException>(() => server.WithHttpEndpoint(targetPort: 81));
    }
}
