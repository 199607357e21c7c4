using System.Collections.Concurrent;
using XoeNovAi.Gateway.Configuration;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Breakers;

/// <summary>The breakers of the instances there are. An instance that comes back at another address, or with other settings, gets a new one.</summary>
internal sealed class BreakerRegistry(GatewaySettings settings, TimeProvider time, ILogger<BreakerRegistry> logger) : IClusterChangeListener
{
    private readonly ConcurrentDictionary<DestinationState, (string Address, DestinationBreaker Breaker)> _breakers = [];

    public IEnumerable<DestinationBreaker> All => _breakers.Values.Select(entry => entry.Breaker);

    public DestinationBreaker Of(ClusterState cluster, DestinationState destination)
    {
        var options = settings.Current.Breaker;
        var address = destination.Model.Config.Address;
        if (_breakers.TryGetValue(destination, out var known) && known.Address == address && known.Breaker.Options == options)
        {
            return known.Breaker;
        }

        var fresh = (address, new DestinationBreaker(cluster.ClusterId, destination.DestinationId, options, time, logger));
        return _breakers.AddOrUpdate(
            destination,
            static (_, made) => made,
            static (_, now, made) => now.Address == made.address && now.Breaker.Options == made.Item2.Options ? now : made,
            fresh).Breaker;
    }

    public void OnClusterAdded(ClusterState cluster)
    {
    }

    public void OnClusterChanged(ClusterState cluster) => Prune(cluster, [.. cluster.Destinations.Values]);

    public void OnClusterRemoved(ClusterState cluster) => Prune(cluster, []);

    private void Prune(ClusterState cluster, HashSet<DestinationState> left)
    {
        foreach (var (destination, entry) in _breakers)
        {
            if (entry.Breaker.Service == cluster.ClusterId && !left.Contains(destination))
            {
                _breakers.TryRemove(destination, out _);
            }
        }
    }
}
