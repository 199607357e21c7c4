using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using XoeNovAi.Consul.KeyValues;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>Has a service follow its settings in Consul.</summary>
public static class KeyValueSettingsExtensions
{
    /// <summary>
    /// Has the keys of Consul below <c>xnai/config/SERVICE/</c> be settings of this service, which change while it runs
    /// (<see cref="KeyValueConfigurationExtensions.AddConsulKeyValues"/>). Without a Consul, or a name, nothing is changed.
    /// </summary>
    /// <param name="builder">The builder of the service, with its defaults.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddKeyValueSettings(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!string.IsNullOrEmpty(builder.Configuration.GetConnectionString("consul")) && DiscoveryOptions.Bind(builder.Configuration).Service is { } service)
        {
            builder.AddConsulKeyValues($"xnai/config/{service}/");
        }

        return builder;
    }
}
