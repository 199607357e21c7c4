namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint's address on a network, once it is known.</summary>
/// <param name="Snapshot">The address.</param>
/// <param name="NetworkID">The network.</param>
public record NetworkEndpointSnapshot(ValueSnapshot<AllocatedEndpoint> Snapshot, NetworkIdentifier NetworkID);
