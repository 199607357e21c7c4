using Microsoft.Extensions.ServiceDiscovery;

namespace XoeNovAi.Consul.Discovery;

/// <summary>The instances of a service in Consul whose checks pass. What the configuration says of it (<c>Services:rag:http</c>) goes before.</summary>
internal sealed class ConsulEndpointProvider(WatchedService service, TimeProvider time) : IServiceEndpointProvider
{
    // Who asks before Consul has answered once waits so long for it, and is told of the answer later.
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(1);

    public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        if (endpoints.Endpoints.Count > 0)
        {
            return;
        }

        await Task.WhenAny(service.Known, Task.Delay(FirstAnswer, time, cancellationToken));
        service.Populate(endpoints);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
