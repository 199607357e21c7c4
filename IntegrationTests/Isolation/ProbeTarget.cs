using System.Net;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What is knocked at.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port; 0 with ICMP.</param>
/// <param name="Protocol">What is sent.</param>
internal sealed record ProbeTarget(IPAddress Address, int Port, ProbeProtocol Protocol = ProbeProtocol.Tcp)
{
    /// <summary>An address is asked for an echo.</summary>
    public static ProbeTarget Echo(IPAddress address) => new(address, 0, ProbeProtocol.Icmp);

    /// <inheritdoc />
    public override string ToString() => Protocol switch
    {
        ProbeProtocol.Icmp => $"{Address} icmp",
        ProbeProtocol.Udp => $"{Address}:{Port}/udp",
        _ => $"{Address}:{Port}",
    };
}
