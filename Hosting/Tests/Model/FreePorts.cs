using System.Net;
using System.Net.Sockets;

namespace XoeNovAi.Hosting.Tests.Model;

/// <summary>Finds ports nobody listens on.</summary>
internal static class FreePorts
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
