using System.Text;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using XoeNovAi.Gateway.Authentication;
using XoeNovAi.Gateway.Breakers;
using XoeNovAi.Gateway.Clients;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Cors;
using XoeNovAi.Gateway.Errors;
using XoeNovAi.Gateway.Forwarding;
using XoeNovAi.Gateway.Headers;
using XoeNovAi.Gateway.Health;
using XoeNovAi.Gateway.Maintenance;
using XoeNovAi.Gateway.Metrics;
using XoeNovAi.Gateway.RateLimits;
using XoeNovAi.Gateway.Retries;
using XoeNovAi.Gateway.Routing;
using XoeNovAi.Gateway.Tls;
using XoeNovAi.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway;

/// <summary>The gateway, put together.</summary>
internal static class GatewayApplication
{
    /// <summary>Reads the configuration and makes a gateway that is ready to run.</summary>
    /// <exception cref="GatewayConfigurationException">A setting is wrong.</exception>
    public static async Task<WebApplication> CreateAsync(string[] args)
    {
        var builder = CreateBuilder(args);
        builder.AddServiceDefaults();
        var options = GatewayOptionsReader.Read(builder.Configuration);
        Listen(builder, options);
        AddServices(builder.Services, new GatewaySettings(options, builder.Configuration.GetSection(ReverseProxyReader.Section)));

        var app = builder.Build();
        try
        {
            await ReverseProxyReader.CheckAsync(builder.Configuration, options, app.Services.GetRequiredService<IConfigValidator>());
            Use(app, options);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static WebApplicationBuilder CreateBuilder(string[] args)
    {
        try
        {
            var builder = WebApplication.CreateSlimBuilder(args);
            ConfigurationFiles.KeepLastGood(builder.Configuration);
            return builder;
        }
        catch (InvalidDataException) when (ConfigurationFiles.FirstUnreadable(args) is { } unreadable)
        {
            throw unreadable;
        }
    }

    private static void Listen(WebApplicationBuilder builder, GatewayOptions options)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Headers pass byte for byte, whatever they are written in.
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Limits.MaxRequestBodySize = options.MaximumBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(options.MinimumBodyBytesPerSecond, TimeSpan.FromSeconds(5));
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        // Nothing here blocks, so what a caller's connection brings is worked on by the thread that reads it: one hand-over less.
        builder.WebHost.UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.UseGatewayTls(options.Tls);
    }

    private static void AddServices(IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton(_ => settings);
        services.AddHostedService<SettingsReload>();
        services.AddHostedService<UnreadableRequestAnswers>();
        services.AddSingleton<MaintenanceSwitch>();
        services.AddHostedService(provider => provider.GetRequiredService<MaintenanceSwitch>());
        services.AddSingleton<BreakerRegistry>();
        services.AddSingleton<IClusterChangeListener>(provider => provider.GetRequiredService<BreakerRegistry>());
        services.AddSingleton<RetryBudgets>();
        services.AddSingleton<IPassiveHealthCheckPolicy, AnswerHealthPolicy>();
        services.AddSingleton<IForwarderHttpClientFactory, GatewayHttpClientFactory>();
        services.AddSingleton<ICorsPolicyProvider, CorsPolicies>();
        services.AddCors();
        services.AddGatewayAuthentication(settings.First);
        services.AddGatewayRateLimits(settings.First);
        services.AddRequestTimeouts();
        services.AddGatewayMetrics();
        services.AddReverseProxy()
            .LoadFromConfig(settings.Proxy)
            .AddConfigFilter<ClusterDefaults>()
            .AddServiceDiscoveryDestinationResolver()
            .AddTransforms<VerbatimTransforms>()
            .AddTransforms<CallerTransforms>()
            .AddTransforms<CorsTransforms>()
            .AddTransforms<EventStreamTransforms>();
        services.KeepKeyRingInMemory();
    }

    private static void Use(WebApplication app, GatewayOptions options)
    {
        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseTrustedProxies(options);
        app.UseMiddleware<CallerHeadersMiddleware>();
        app.UseRouting();
        // Before whatever refuses: a page must be able to read why.
        app.UseMiddleware<VaryMiddleware>();
        app.UseCors();
        app.UseMiddleware<DotSegmentMiddleware>();
        app.UseMiddleware<BodyLengthMiddleware>(options);
        app.UseRequestTimeouts();
        app.UseMiddleware<MaintenanceMiddleware>();
        app.UseAuthentication();
        // It costs every request more than most else here, and few need it.
        app.UseWhen(static context => context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null, static limited => limited.UseRateLimiter());
        app.UseAuthorization();

        app.Map("/health", HealthEndpoint.InvokeAsync);
        app.MapPrometheusScrapingEndpoint();
        app.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<ForwardingErrorMiddleware>();
            proxy.UseSessionAffinity();
            proxy.UseMiddleware<RetryMiddleware>();
            proxy.UseLoadBalancing();
            proxy.UseMiddleware<BreakerMiddleware>();
            proxy.UsePassiveHealthChecks();
        });
        app.MapDefaultEndpoints();
    }
}
