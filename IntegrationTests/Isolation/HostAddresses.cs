using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The addresses of this machine beyond loopback; a packet to one of them does not leave it.</summary>
internal static class HostAddresses
{
    public static IReadOnlyList<IPAddress> All()
        =>
        [
            .. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(static i => i.GetIPProperties().UnicastAddresses)
                .Select(static a => a.Address)
                .Where(static a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)),
        ];
}
