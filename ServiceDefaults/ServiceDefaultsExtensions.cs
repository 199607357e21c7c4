using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using XoeNovAi.ServiceDefaults.Consul;
using XoeNovAi.ServiceDefaults.Diagnostics;
using XoeNovAi.ServiceDefaults.Faults;
using XoeNovAi.ServiceDefaults.Lifetime;
using XoeNovAi.ServiceDefaults.RequestIds;
using XoeNovAi.ServiceDefaults.Telemetry;

namespace XoeNovAi.ServiceDefaults;

/// <summary>What every service of the stack shares.</summary>
public static class ServiceDefaultsExtensions
{
    private const string DefaultSecretsDirectory = "/run/secrets";

    /// <summary>
    /// Adds secrets from files, telemetry, request ids, registration with Consul, discovery of other services,
    /// and an end within two seconds of SIGTERM.
    /// </summary>
    /// <param name="builder">The builder of the service.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message names it and the cure.</exception>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        AddSecrets(builder.Configuration);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(options => options.AddServerHeader = false);
        var discovery = DiscoveryOptions.Bind(builder.Configuration);
        builder.Services.AddSingleton(new ServiceIdentity(discovery.Service ?? builder.Environment.ApplicationName, discovery.Instance));
        builder.AddTelemetry();
        builder.AddRequestIds();
        builder.AddFaults();
        builder.AddDiagnostics();
        builder.AddConsulDiscovery();
        builder.AddBoundedShutdown();
        return builder;
    }

    /// <summary>Maps what <see cref="AddServiceDefaults"/> switched on: the echo of <c>Diagnostics:Echo</c>.</summary>
    /// <param name="app">The service.</param>
    /// <returns>The same service.</returns>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapDiagnostics();
        return app;
    }

    private static void AddSecrets(ConfigurationManager configuration)
    {
        var directory = Path.GetFullPath(configuration["Secrets:Directory"] ?? DefaultSecretsDirectory);
        if (!Directory.Exists(directory))
        {
            return;
        }

        // First in the list is weakest: a value given directly still wins over a mounted one.
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new KeyPerFileConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(directory),
            Optional = true,
        });
    }
}
