using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What of the containers can be reached on the host, against the endpoints that are declared.</summary>
internal static class PortCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<Findings> RunAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var containers = await StackContainers.FindAsync(stack, cancellationToken);
        List<Finding> findings = [.. containers.Where(static c => c.Resource is not null).SelectMany(Undeclared), .. containers.SelectMany(BeyondLoopback)];

        // To an address of its own a machine sends nothing out. The control: on loopback the same ports answer.
        var addresses = HostAddresses.All();
        foreach (var (container, port) in containers.SelectMany(static c => c.Published.Where(static p => p.Protocol == "tcp").Select(p => (c, p))))
        {
            Assert.IsTrue(await ConnectsAsync(IPAddress.Loopback, port.On.Port, cancellationToken), $"Port {port.On.Port} of '{container}' does not answer on loopback.");
            foreach (var address in addresses)
            {
                if (await ConnectsAsync(address, port.On.Port, cancellationToken))
                {
                    findings.Add(new(container.Name, $"port {port.Port}/tcp on {address}", "not reached", "open"));
                }
            }
        }

        return new(findings, string.Join(Environment.NewLine, containers.Select(static c => $"{c}: {string.Join(", ", c.Published.Select(static p => $"{p.On} to {p.Port}/{p.Protocol}"))}")));
    }

    private static IEnumerable<Finding> Undeclared(StackContainer container)
    {
        var declared = container.Resource!.Annotations.OfType<EndpointAnnotation>().Select(static e => $"{e.TargetPort}/{(e.Protocol == ProtocolType.Udp ? "udp" : "tcp")}").ToList();
        var published = container.Published.Select(static p => $"{p.Port}/{p.Protocol}").ToList();
        return published.Except(declared).Select(p => new Finding(container.Name, $"port {p}", "not published", "published"))
            .Concat(declared.Except(published).Select(d => new Finding(container.Name, $"port {d}", "published", "not published")))
            .Concat(published.GroupBy(static p => p).Where(static g => g.Count() > 1).Select(g => new Finding(container.Name, $"port {g.Key}", "published once", $"published {g.Count()} times")));
    }

    private static IEnumerable<Finding> BeyondLoopback(StackContainer container)
    {
        var properties = IPGlobalProperties.GetIPGlobalProperties();
        var listeners = properties.GetActiveTcpListeners().Concat(properties.GetActiveUdpListeners()).ToList();
        foreach (var published in container.Published)
        {
            var on = listeners.Where(l => l.Port == published.On.Port).Select(static l => l.Address).Append(published.On.Address).Where(static a => !IPAddress.IsLoopback(a)).Distinct().ToList();
            if (on.Count > 0)
            {
                yield return new(container.Name, $"port {published.Port}/{published.Protocol}", "on loopback only", $"on {string.Join(", ", on)}");
            }
        }
    }

    private static async Task<bool> ConnectsAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await socket.ConnectAsync(address, port, deadline.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
