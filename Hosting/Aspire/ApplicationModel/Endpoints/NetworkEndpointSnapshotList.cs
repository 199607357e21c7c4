using System.Collections;
using System.Collections.Concurrent;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint's addresses by network.</summary>
public class NetworkEndpointSnapshotList : IEnumerable<NetworkEndpointSnapshot>
{
    private readonly ConcurrentDictionary<NetworkIdentifier, NetworkEndpointSnapshot> _snapshots = [];

    /// <inheritdoc />
    public IEnumerator<NetworkEndpointSnapshot> GetEnumerator() => _snapshots.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds a network whose address is not known yet.</summary>
    /// <param name="networkId">The network.</param>
    /// <param name="snapshot">The address to come.</param>
    [Obsolete("Use AddOrUpdateAllocatedEndpoint.")]
    public bool TryAdd(NetworkIdentifier networkId, ValueSnapshot<AllocatedEndpoint> snapshot)
        => _snapshots.TryAdd(networkId, new(snapshot, networkId));

    /// <summary>Sets the address on a network.</summary>
    /// <param name="networkId">The network.</param>
    /// <param name="endpoint">The address.</param>
    public void AddOrUpdateAllocatedEndpoint(NetworkIdentifier networkId, AllocatedEndpoint endpoint)
        => SnapshotOf(networkId).SetValue(endpoint);

    /// <summary>The address on a network, once it is known.</summary>
    /// <param name="networkId">The network.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AllocatedEndpoint> GetAllocatedEndpointAsync(NetworkIdentifier networkId, CancellationToken cancellationToken = default)
        => SnapshotOf(networkId).GetValueAsync(cancellationToken);

    internal ValueSnapshot<AllocatedEndpoint> SnapshotOf(NetworkIdentifier networkId)
        => _snapshots.GetOrAdd(networkId, static id => new(new(), id)).Snapshot;
}
