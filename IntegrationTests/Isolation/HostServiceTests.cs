using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Services of the host that listen on loopback, as seen from containers.</summary>
[TestClass]
public sealed partial class HostServiceTests : StackTest
{
    [TestMethod]
    [Scenario("ISO-08")]
    public async Task A_service_on_the_hosts_loopback_is_reached_by_no_container()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        var containers = await StackContainers.FindAsync(stack, Cancel);
        var networks = await ObservedNetworks.FindAsync(stack, Cancel);
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        var port = ((IPEndPoint)service.LocalEndpoint).Port;

        // By every address that could stand for the host: its own, the bridges', and that of the user-mode network.
        var beyond = DefaultRoute().Match(await new NamespaceShell(stack.Podman).RunWhereNetworksMeetAsync("ip route show default", Cancel)).Groups[1].Value;
        List<IPAddress> addresses = [IPAddress.Loopback, .. HostAddresses.All(), .. networks.Values.Select(static n => n.Gateway).OfType<string>().Select(IPAddress.Parse), .. beyond.Length > 0 ? [IPAddress.Parse(beyond)] : (IPAddress[])[]];
        await using (await Detour.AddAsync(stack, containers, networks, Cancel))
        {
            var answers = await lab.Prober.ConnectAsync([.. containers.Select(static c => c.ProcessId)], [.. addresses.Select(a => new ProbeTarget(a, port))], Cancel);
            TestContext.WriteLine($"{answers.Count} probes, to {string.Join(", ", addresses)}");
            Assert.IsFalse(answers.Values.Contains(Answer.Open), $"Connected: {string.Join(", ", answers.Where(static a => a.Value == Answer.Open).Select(a => $"{containers.Single(c => c.ProcessId == a.Key.ProcessId)} to {a.Key.Target}"))}");
        }

        Assert.IsFalse(service.Pending(), "A connection arrived at the host's service.");
        using var control = new TcpClient();
        await control.ConnectAsync(IPAddress.Loopback, port, Cancel);
        using var accepted = await service.AcceptTcpClientAsync(Cancel);
        Assert.IsTrue(accepted.Connected, "The control was not accepted.");
    }

    [TestMethod]
    [Scenario("ISO-08")]
    public async Task The_tunnels_lead_to_the_declared_services_of_the_host_and_nothing_else()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        var containers = await StackContainers.FindAsync(stack, Cancel);
        var tunnels = containers.Where(static c => c.Resource is null).ToList();
        var matrix = await ReachabilityMatrix.OfAsync(stack, containers, [], [], Cancel);
        var declared = stack.Model.Resources.Where(static r => r is not ContainerResource)
            .SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>().Where(static e => !e.ExcludeReferenceEndpoint))
            .Select(static e => e.AllocatedEndpoint!.Port)
            .ToHashSet();

        Assert.HasCount(stack.Model.Resources.OfType<XoeNovAi.Hosting.Podman.Networks.PodmanNetworkResource>().Count(), tunnels, "One tunnel for each network.");
        foreach (var tunnel in tunnels)
        {
            var open = matrix.Rows.Where(r => r.Owner == tunnel.Name && r.ToMembers == Answer.Open && r.Target.Protocol == ProbeProtocol.Tcp).Select(static r => r.Target.Port).ToHashSet();
            TestContext.WriteLine($"{tunnel}: {string.Join(", ", open.Order())}; declared {string.Join(", ", declared.Order())}");
            Assert.IsEmpty(open.Except(declared), $"'{tunnel}' listens on more than was declared.");
            Assert.IsTrue(open.Overlaps(declared), $"'{tunnel}' leads nowhere.");
            Assert.IsEmpty(tunnel.Published, $"'{tunnel}' is published on the host.");
        }
    }

    [GeneratedRegex(@"via (\S+)")]
    private static partial Regex DefaultRoute();
}
