using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Chooses the ports containers are published on and processes listen on, below those the kernel gives to connections and to
/// who listens on any port (32768 and up): until what is to listen has started, one of these may have taken the port.
/// </summary>
internal sealed class LoopbackPorts
{
    private const int First = 20_000;
    private const int End = 32_000;
    private const int Attempts = 1_000;
    private readonly Lock _lock = new();
    private readonly HashSet<int> _given = [];

    public int Next()
    {
        lock (_lock)
        {
            for (var i = 0; i < Attempts; i++)
            {
                var port = RandomNumberGenerator.GetInt32(First, End);
                if (_given.Add(port) && IsFree(port))
                {
                    return port;
                }
            }
        }

        throw new DistributedApplicationException($"No free port was found between {First} and {End}. End what holds them.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
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
}
