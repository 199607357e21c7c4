using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Holds the ports that were chosen for containers, so that nobody else is given one before its container has started: another run, or Aspire, which chooses ports for the dashboard from the same range.</summary>
internal sealed class HeldPorts : IDisposable
{
    private readonly ConcurrentDictionary<int, Socket> _sockets = new();

    /// <summary>Holds a port of loopback. Whoever connects to it is refused.</summary>
    /// <returns>False when somebody has it.</returns>
    public bool TryHold(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));

            // .NET binds so that others may bind it too as long as nobody listens.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, false);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return false;
        }

        _sockets[port] = socket;
        return true;
    }

    /// <summary>Leaves a container its ports.</summary>
    public void Release(ContainerResource container)
    {
        foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.AllocatedEndpoint is { } allocated && _sockets.TryRemove(allocated.Port, out var socket))
            {
                socket.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }
    }
}
