using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace XoeNovAi.Consul.KeyValues;

/// <summary>Adds keys of Consul to the configuration.</summary>
public static class KeyValueConfigurationExtensions
{
    /// <summary>
    /// Has the keys below a prefix be settings: <c>PREFIX/Logging/LogLevel/Default</c> is <c>Logging:LogLevel:Default</c>. They go before
    /// all sources added so far, are there when services start if Consul answers within two seconds, and change when the keys do. A value
    /// that is not UTF-8, or that whoever reads it at a change cannot use, is named once in the log, and the last good one stays, also
    /// while Consul is away. What reads a setting only while the application is built does not see them.
    /// </summary>
    /// <param name="builder">The application, which has a Consul.</param>
    /// <param name="prefix">The prefix, such as <c>xnai/config/rag/</c>.</param>
    /// <returns>The same application.</returns>
    public static IHostApplicationBuilder AddConsulKeyValues(this IHostApplicationBuilder builder, string prefix)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(prefix);
        var configuration = new KeyValueConfiguration();
        builder.Configuration.Add(configuration);
        builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<KeyValueFollower>(services, $"{prefix.TrimEnd('/')}/", configuration));
        return builder;
    }
}
