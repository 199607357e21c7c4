namespace XoeNovAi.Gateway.Maintenance;

internal sealed class MaintenanceOptions
{
    /// <summary>The key of Consul that switches maintenance on.</summary>
    public string Key { get; set; } = "xnai/gateway/maintenance";

    /// <summary>What callers are told of when to come back.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(30);
}
