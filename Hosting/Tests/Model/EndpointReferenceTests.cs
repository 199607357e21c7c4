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
    public async Task Declared_once_more_an_endpoint_is_what_was_given_last_and_else_what_it_was()
    {
        using var builder = Values.Builder();
        var server = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80, env: "PORT").WithHttpEndpoint(port: 5000, env: "HTTP_PORT").WithEndpoint(scheme: "http", isProxied: false, isExternal: true);

        var endpoint = server.Resource.Annotations.OfType<EndpointAnnotation>().Single();

        Assert.AreEqual((5000, 80, false, true), (endpoint.Port, endpoint.TargetPort, endpoint.IsProxied, endpoint.IsExternal));
        var environment = await Values.EnvironmentOf(server.Resource, Cancelled);
        Assert.IsTrue(environment.ContainsKey("HTTP_PORT"));
        Assert.IsFalse(environment.ContainsKey("PORT"), "The variable was given another name.");
    }
}
