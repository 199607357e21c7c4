using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>
/// Waits until a container that runs answers. Aspire asks for health in steps of a second and more, so that what is said
/// to run should answer already. Its ports are asked first: a health check that fails costs more than its answer is worth.
/// </summary>
internal sealed class Readiness(HealthCheckService health, TimeProvider time)
{
    private static readonly TimeSpan PortPause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan CheckPause = TimeSpan.FromMilliseconds(100);

    // What publishes a port accepts connections before the container listens, and closes them at once.
    private static readonly TimeSpan Closing = TimeSpan.FromMilliseconds(15);

    /// <summary>Whether all of the container's health checks pass; false when cancelled before they did.</summary>
    public async Task<bool> WaitAsync(ContainerResource container, CancellationToken cancellationToken)
    {
        var checks = container.Annotations.OfType<HealthCheckAnnotation>().Select(static h => h.Key).ToHashSet(StringComparer.Ordinal);
        if (checks.Count == 0)
        {
            return true;
        }

        try
        {
            foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>().Where(static e => e.Protocol == ProtocolType.Tcp))
            {
                while (!await ListensAsync(endpoint.AllocatedEndpoint!.Port, cancellationToken).ConfigureAwait(false))
                {
                    await Task.Delay(PortPause, time, cancellationToken).ConfigureAwait(false);
                }
            }

            while ((await health.CheckHealthAsync(c => checks.Contains(c.Name), cancellationToken).ConfigureAwait(false)).Status != HealthStatus.Healthy)
            {
                await Task.Delay(CheckPause, time, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // From here on Aspire tells what is wrong with it.
            return false;
        }
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
            closing.CancelAfter(Closing);
            return await socket.ReceiveAsync(new byte[1], closing.Token).ConfigureAwait(false) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It waits for a word from us.
            return true;
        }
    }
}
