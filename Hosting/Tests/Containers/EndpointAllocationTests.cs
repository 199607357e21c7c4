using System.Globalization;
using System.Net;
using System.Net.Sockets;
using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>Which address an endpoint gets before anything listens on it.</summary>
[TestClass]
public sealed class EndpointAllocationTests : IDisposable
{
    private readonly HeldPorts _held = new();
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);

    [TestMethod]
    public void One_without_a_port_gets_a_free_one_below_those_the_kernel_gives_out()
    {
        var container = _builder.AddContainer("one", "image").WithHttpEndpoint(targetPort: 80).WithEndpoint(targetPort: 81, name: "other");
        Allocate(container);

        var ports = Endpoints(container).Select(static e => e.AllocatedEndpoint!.Port).ToList();
        Assert.HasCount(2, ports.Distinct());
        Assert.IsTrue(ports.TrueForAll(static p => p is >= 20_000 and < 32_000));
    }

    /// <summary>Aspire looks for ports for the dashboard as whoever listens does, and other runs as this one.</summary>
    [TestMethod]
    [Scenario("HOST-05")]
    [DataRow(true)]
    [DataRow(false)]
    public void A_port_that_was_given_is_nobody_elses_until_its_container_has_it(bool isExclusive)
    {
        var container = _builder.AddContainer("one", "image").WithHttpEndpoint(targetPort: 80);
        Allocate(container);
        var port = PortsOf(container).Single();

        Assert.IsFalse(CanBind(port, isExclusive));
        using var client = new TcpClient();
        Assert.ThrowsExactly<SocketException>(() => client.Connect(IPAddress.Loopback, port), "Nobody waits for an answer of who is not there yet.");
        using var another = new HeldPorts();
        Assert.IsFalse(another.TryHold(port));

        _held.Release(container.Resource);
        Assert.IsTrue(CanBind(port, isExclusive));
    }

    [TestMethod]
    public void Containers_get_its_name_and_target_port()
    {
        var container = _builder.AddContainer("one", "image").WithHttpEndpoint(port: FreePort(), targetPort: 80);
        Allocate(container);

        var inside = Endpoints(container).Single().AllAllocatedEndpoints.Single(static e => e.NetworkID == KnownNetworkIdentifiers.DefaultAspireContainerNetwork).Snapshot.GetValueAsync(CancellationToken.None).GetAwaiter().GetResult();
        Assert.AreEqual(("one", 80), (inside.Address, inside.Port));
    }

    [TestMethod]
    public void A_declared_port_is_kept_but_not_in_tests_unless_a_proxy_is_declined()
    {
        var (port, declined) = (FreePort(), FreePort());
        var container = _builder.AddContainer("one", "image").WithHttpEndpoint(port, 80).WithHttpEndpoint(declined, 81, "declined", isProxied: false);
        Allocate(container);
        CollectionAssert.AreEqual(new[] { port, declined }, PortsOf(container));

        Allocate(container, randomize: true);
        Assert.AreNotEqual(port, PortsOf(container)[0]);
        Assert.AreEqual(declined, PortsOf(container)[1]);
    }

    [TestMethod]
    [Scenario("HOST-05")]
    public void A_port_in_use_is_named_with_its_holder()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var container = _builder.AddContainer("one", "image").WithHttpEndpoint(port, 80);

        var exception = Assert.ThrowsExactly<PortInUseException>(() => Allocate(container));

        Assert.Contains($"Port {port}, which 'one' (http) wants, is in use by process {Environment.ProcessId} (", exception.Message);
        Assert.IsNull(EndpointAllocation.HolderOf(FreePort()));
    }

    [TestMethod]
    public void What_an_earlier_run_has_left_keeps_its_port_though_it_is_in_use()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var container = _builder.AddContainer("one", "image").WithHttpEndpoint(port, 80);

        new EndpointAllocation(randomize: false, _held).Allocate(new([container.Resource]), [container.Resource], (_, _) => port);

        Assert.AreEqual(port, PortsOf(container).Single());
    }

    [TestMethod]
    public void Two_that_want_the_same_are_both_named()
    {
        var port = FreePort();
        var (first, second) = (_builder.AddContainer("one", "image").WithHttpEndpoint(port, 80), _builder.AddContainer("two", "image").WithEndpoint(port, 80, name: "web"));

        var exception = Assert.ThrowsExactly<DistributedApplicationException>(() => Allocate(first, second));

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Port {port} is declared by 'one' (http) and 'two' (web)"), exception.Message);
    }

    [TestMethod]
    public void One_that_does_not_say_where_the_container_listens_is_named()
    {
        var container = _builder.AddContainer("one", "image").WithHttpEndpoint();

        Assert.Contains("'http' of container 'one' has no target port", Assert.ThrowsExactly<DistributedApplicationException>(() => Allocate(container)).Message);
    }

    [TestMethod]
    [DataRow("*", "localhost")]
    [DataRow("0.0.0.0", "localhost")]
    [DataRow("127.0.0.1", "localhost")]
    [DataRow("10.1.2.3", "10.1.2.3")]
    public void Who_listens_everywhere_is_found_on_this_machine(string declared, string expected)
    {
        var container = _builder.AddContainer("one", "image").WithHttpEndpoint(targetPort: 80).WithEndpoint("http", e => e.TargetHost = declared);
        Allocate(container);

        Assert.AreEqual(expected, Endpoints(container).Single().AllocatedEndpoint!.Address);
    }

    public void Dispose() => _held.Dispose();

    private static bool CanBind(int port, bool isExclusive)
    {
        using var listener = new TcpListener(IPAddress.Any, port) { ExclusiveAddressUse = isExclusive };
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IEnumerable<EndpointAnnotation> Endpoints(IResourceBuilder<ContainerResource> container) => container.Resource.Annotations.OfType<EndpointAnnotation>();

    private static int[] PortsOf(IResourceBuilder<ContainerResource> container) => [.. Endpoints(container).Select(static e => e.AllocatedEndpoint!.Port)];

    private void Allocate(params IReadOnlyList<IResourceBuilder<ContainerResource>> containers)
    {
        List<ContainerResource> resources = [.. containers.Select(static c => c.Resource)];
        new EndpointAllocation(randomize: false, _held).Allocate(new(resources), resources, static (_, _) => null);
    }

    private void Allocate(IResourceBuilder<ContainerResource> container, bool randomize) => new EndpointAllocation(randomize, _held).Allocate(new([container.Resource]), [container.Resource], static (_, _) => null);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
