using XoeNovAi.Consul.KeyValues;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.ServiceDefaults.Lifetime;

namespace XoeNovAi.Gateway.Maintenance;

/// <summary>
/// Follows the key of Consul that switches maintenance. On is every value but <c>off</c>, <c>false</c>, <c>0</c> and nothing, so that
/// a mistyped value closes rather than opens. While Consul is away the last state stays.
/// </summary>
internal sealed class MaintenanceSwitch(KeyValueStore store, GatewaySettings settings, TimeProvider time, ILogger<MaintenanceSwitch> logger)
    : SupervisedService(time, logger)
{
    private volatile bool _isOn;

    public bool IsOn => _isOn;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await foreach (var value in store.WatchAsync(settings.Current.Maintenance.Key, stoppingToken))
        {
            var on = value?.Trim().ToLowerInvariant() is not (null or "" or "off" or "false" or "0");
            if (on != _isOn)
            {
                _isOn = on;
                logger.LogWarning("Maintenance is {State}", on ? "on" : "off");
            }
        }
    }
}
