using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace XoeNovAi.TestSupport;

/// <summary>A port of loopback that nobody listens on.</summary>
public static class FreePort
{
    public static int Find()
    {
        // Below those the kernel gives out by itself: what was free a moment ago is not taken by somebody else's.
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(20_000, 32_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken: another.
            }
        }
    }
}
