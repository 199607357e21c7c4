namespace Aspire.Hosting.ApplicationModel;

/// <summary>The networks every application has.</summary>
public static class KnownNetworkIdentifiers
{
    /// <summary>The host's loopback.</summary>
    public static readonly NetworkIdentifier LocalhostNetwork = new("localhost");

    /// <summary>The outside.</summary>
    public static readonly NetworkIdentifier PublicInternet = new(".");

    /// <summary>The containers' network.</summary>
    public static readonly NetworkIdentifier DefaultAspireContainerNetwork = new("aspire-container-network");
}
