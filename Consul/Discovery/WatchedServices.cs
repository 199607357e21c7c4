using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Discovery;

/// <summary>
/// Follows the services somebody has asked for. Whoever asks may stop for a while, and is told of changes through a token it still holds:
/// so what has been asked for once is followed until the process ends.
/// </summary>
internal sealed class WatchedServices(ServiceCatalog catalog, TimeProvider time, ILogger<WatchedServices> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<(WatchedService Service, Task Following)>> _services = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>A service; from now on it is followed.</summary>
    public WatchedService Of(string name) => _services.GetOrAdd(name, static (key, self) => new(() => self.Follow(key)), this).Value.Service;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var (service, following) in _services.Values.Select(static lazy => lazy.Value))
        {
            await following;
            service.Dispose();
        }

        _stopping.Dispose();
    }

    private (WatchedService Service, Task Following) Follow(string name)
    {
        var service = new WatchedService(name, catalog, logger);
        return (service, Task.Run(() => ConsulRetries.KeepAsync($"Following {name}", service.FollowAsync, logger, time, _stopping.Token), CancellationToken.None));
    }
}
