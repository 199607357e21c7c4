namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says from where a resource sees others.</summary>
internal static class ResourceNetworkExtensions
{
    public static NetworkIdentifier GetDefaultNetwork(this IResource resource)
        => resource.IsContainer() ? KnownNetworkIdentifiers.DefaultAspireContainerNetwork : KnownNetworkIdentifiers.LocalhostNetwork;
}
