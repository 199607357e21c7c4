using System.Net;
using Microsoft.Extensions.ServiceDiscovery;

namespace XoeNovAi.Consul.Discovery;

/// <summary>An address that was written out.</summary>
internal sealed class LiteralEndpoint(EndPoint endpoint) : IServiceEndpointProvider
{
    public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        if (endpoints.Endpoints.Count == 0)
        {
            endpoints.Endpoints.Add(ServiceEndpoint.Create(endpoint));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
