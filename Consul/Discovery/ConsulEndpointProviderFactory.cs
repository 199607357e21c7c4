using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.ServiceDiscovery;

namespace XoeNovAi.Consul.Discovery;

/// <summary>
/// Looks names up in Consul. An address, and whatever has a port of its own, is no name to look up: it is taken as it stands, so that one
/// configuration can hold both.
/// </summary>
internal sealed class ConsulEndpointProviderFactory(WatchedServices services, TimeProvider time) : IServiceEndpointProviderFactory
{
    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        ArgumentNullException.ThrowIfNull(query);
        provider = Uri.TryCreate(query.ToString(), UriKind.Absolute, out var address) && (address.IsLoopback || address.HostNameType != UriHostNameType.Dns || !address.IsDefaultPort)
            ? new LiteralEndpoint(WatchedService.EndPointOf(address.IdnHost, address.Port))
            : new ConsulEndpointProvider(services.Of(query.ServiceName), time);
        return true;
    }
}
