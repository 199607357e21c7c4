using System.Globalization;
using System.Net;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// What stands for the world outside: a listener in a network namespace of the test's own, one step beyond the place
/// where the user's networks meet. Whatever has a way out reaches it, and no packet to it can leave the machine.
/// </summary>
internal sealed class Outside : IAsyncDisposable
{
    /// <summary>Where it listens.</summary>
    public const int Port = 9000;

    private readonly TestContainer _container;

    private Outside(TestContainer container, string link, IPAddress address)
    {
        _container = container;
        Link = link;
        Address = address;
    }

    /// <summary>The interface that leads to it.</summary>
    public string Link { get; }

    /// <summary>Its address.</summary>
    public IPAddress Address { get; }

    /// <summary>All there is of it to be reached.</summary>
    public IReadOnlyList<ProbeTarget> Targets => [new(Address, Port), new(Address, ReachabilityMatrix.Closed, ProbeProtocol.Udp), ProbeTarget.Echo(Address)];

    public static async Task<Outside> CreateAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var container = await TestContainer.StartAsync(stack, "none", cancellationToken, "nc", "-lk", Port.ToString(CultureInfo.InvariantCulture));
        try
        {
            // Addresses kept for measurements (RFC 2544); the third byte keeps two test runs apart.
            var run = int.Parse(stack.RunId[..2], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var link = $"xnai{stack.RunId}";
            var prefix = string.Create(CultureInfo.InvariantCulture, $"198.18.{run}");
            await new NamespaceShell(stack.Podman).RunWhereNetworksMeetAsync(
                $"""
                ip link add {link} type veth peer name eth0 netns {container.ProcessId}
                ip address add {prefix}.1/30 dev {link}
                ip link set {link} up
                nsenter -t {container.ProcessId} -n ip address add {prefix}.2/30 dev eth0
                nsenter -t {container.ProcessId} -n ip link set eth0 up
                nsenter -t {container.ProcessId} -n ip route add default via {prefix}.1
                """,
                cancellationToken);
            return new(container, link, IPAddress.Parse($"{prefix}.2"));
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    // The link goes with the namespace at its other end.
    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
