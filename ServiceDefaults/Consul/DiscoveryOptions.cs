using Microsoft.Extensions.Configuration;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>How the service shows itself in Consul and through which of their addresses it calls others.</summary>
internal sealed class DiscoveryOptions
{
    public const string Section = "Discovery";

    public string? Service { get; set; }

    public string Instance { get; set; } = "1";

    public string[] Tags { get; set; } = [];

    public Dictionary<string, string> Meta { get; set; } = new(StringComparer.Ordinal);

    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan DeregisterAfter { get; set; } = TimeSpan.FromMinutes(1);

    public string CheckPath { get; set; } = "/health";

    public int Port { get; set; }

    public Dictionary<string, string> Addresses { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Which of <see cref="Addresses"/> is for those who ask for none of their own, and for Consul's check; the only one by default.</summary>
    public string? Main { get; set; }

    /// <summary>Through which of their addresses others are called.</summary>
    public string? View { get; set; }

    /// <summary>How long the service goes on answering after it has left Consul, while those who watch learn of it.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromMilliseconds(150);

    public string ServiceId => $"{Service}-{Instance}";

    public static DiscoveryOptions Bind(IConfiguration configuration) =>
        configuration.GetSection(Section).Get<DiscoveryOptions>() ?? new();
}
