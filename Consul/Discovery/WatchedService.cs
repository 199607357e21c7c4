using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace XoeNovAi.Consul.Discovery;

/// <summary>The instances of one service as Consul last said, for as long as this process lives.</summary>
internal sealed class WatchedService(string name, ServiceCatalog catalog, ILogger logger) : IDisposable
{
    private const int MostNamed = 10;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<ServiceInstance> _instances = [];
    private CancellationTokenSource _changed = new();

    /// <summary>Completes with the first answer.</summary>
    public Task Known => _known.Task;

    /// <summary>Adds the endpoints there are, and the token that says when they are others.</summary>
    public void Populate(IServiceEndpointBuilder endpoints)
    {
        lock (_gate)
        {
            foreach (var instance in _instances)
            {
                endpoints.Endpoints.Add(ServiceEndpoint.Create(EndPointOf(instance.Host, instance.Port)));
            }

            endpoints.AddChangeToken(new CancellationChangeToken(_changed.Token));
        }
    }

    public static EndPoint EndPointOf(string host, int port) => IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var instances in catalog.WatchAsync(name, cancellationToken))
            {
                CancellationTokenSource old;
                lock (_gate)
                {
                    _instances = instances;
                    (old, _changed) = (_changed, new());
                }

                _known.TrySetResult();
                await old.CancelAsync();
                old.Dispose();
                logger.LogInformation("{Service} is at {Instances}", name, Describe(instances));
            }
        }
        finally
        {
            // Without Consul there is nothing to wait for.
            _known.TrySetResult();
        }
    }

    public void Dispose() => _changed.Dispose();

    private static string Describe(IReadOnlyList<ServiceInstance> instances)
    {
        var named = string.Join(", ", instances.Take(MostNamed).Select(static instance => $"{instance.Id} {instance.Host}:{instance.Port}"));
        return instances.Count == 0 ? "no instance" : instances.Count > MostNamed ? $"{named} and {instances.Count - MostNamed} more" : named;
    }
}
