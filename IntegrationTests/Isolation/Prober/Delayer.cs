using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace XoeNovAi.Prober;

/// <summary>
/// Hands the bytes of connections on to a port of the same network, each as much later as it is told: latency where the kernel has no netem.
/// What is said in the meantime is kept, so that it costs time and no throughput.
/// </summary>
internal static class Delayer
{
    private const int Chunk = 16 * 1024;

    /// <summary>Serves until the process ends.</summary>
    public static void Serve(int processId, int listenPort, int targetPort, TimeSpan delay)
    {
        // Which network a socket belongs to is decided by the thread that makes it: this one makes all of them.
        NetworkNamespace.Enter(processId);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, listenPort));
        listener.Listen();
        while (true)
        {
            var caller = listener.Accept();
            var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _ = ServeAsync(caller, target, targetPort, delay);
        }
    }

    private static async Task ServeAsync(Socket caller, Socket target, int port, TimeSpan delay)
    {
        using (caller)
        using (target)
        {
            try
            {
                (caller.NoDelay, target.NoDelay) = (true, true);
                await target.ConnectAsync(IPAddress.Loopback, port);
                await Task.WhenAny(PassAsync(caller, target, delay), PassAsync(target, caller, delay));
            }
            catch (SocketException)
            {
                // Either end has gone: then the other goes too.
            }
        }
    }

    private static async Task PassAsync(Socket from, Socket to, TimeSpan delay)
    {
        var time = TimeProvider.System;
        var kept = Channel.CreateBounded<(long Due, byte[] Bytes)>(256);
        var reading = ReadAsync();
        await foreach (var (due, bytes) in kept.Reader.ReadAllAsync())
        {
            if (due - time.GetTimestamp() is > 0 and var early)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)early / time.TimestampFrequency));
            }

            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await to.SendAsync(bytes.AsMemory(sent));
            }
        }

        await reading;

        async Task ReadAsync()
        {
            try
            {
                var buffer = new byte[Chunk];
                while (await from.ReceiveAsync(buffer) is > 0 and var read)
                {
                    await kept.Writer.WriteAsync((time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency), buffer[..read]));
                }
            }
            catch (SocketException)
            {
                // What was said before it went is still handed on.
            }
            finally
            {
                kept.Writer.Complete();
            }
        }
    }
}
