using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using XoeNovAi.ServiceDefaults.Consul;
using XoeNovAi.ServiceDefaults.Middleware;
using XoeNovAi.ServiceDefaults.RequestIds;

namespace XoeNovAi.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Routing",
        "System.Net.Http", "System.Runtime",
    ];

    // All but server.address: that of a connection is any of the machine's, 127.0.0.0/8 whole, and so the caller's choice.
    private static readonly string[] ConnectionTags =
    [
        "server.port", "network.type", "network.transport", "network.protocol.name", "network.protocol.version", "tls.protocol.version", "error.type",
    ];

    // In characters: what callers send is in spans and log records, but not at any length.
    private static readonly KeyValuePair<string, string?> AttributeLimit = new("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4096");

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var discovery = DiscoveryOptions.Bind(configuration);

        // Weakest: the environment may say otherwise.
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = [AttributeLimit] });
        builder.Logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.IncludeScopes = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });

        var isReceived = builder.HasCollector();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrEmpty(configuration["OTEL_SERVICE_NAME"]))
                {
                    resource.AddService(discovery.Service ?? builder.Environment.ApplicationName);
                }
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters);
                metrics.AddView("kestrel.*", new MetricStreamConfiguration { TagKeys = ConnectionTags });
                if (isReceived)
                {
                    metrics.AddOtlpExporter(AwaitCollector);
                }
            });

        // Spans and log records nobody receives would cost every request all the same.
        if (isReceived)
        {
            telemetry
                .WithTracing(tracing => tracing
                    .AddSource("Microsoft.AspNetCore", "System.Net.Http", "XoeNovAi.*")
                    .AddProcessor(new HealthCheckProcessor(discovery.CheckPath))
                    .AddProcessor(new RequestIdProcessor())
                    .AddOtlpExporter(AwaitCollector))
                .WithLogging(logging => logging.AddOtlpExporter(AwaitCollector), logging =>
                {
                    logging.IncludeScopes = true;
                    logging.IncludeFormattedMessage = true;
                });
            builder.Services.AddTransient<IStartupFilter, FirstMiddleware<ServerSpanMiddleware>>();
        }

        builder.Services.AddHostedService<TelemetryFlush>();
    }

    /// <summary>Whether somebody receives what a service tells.</summary>
    public static bool HasCollector(this WebApplicationBuilder builder) => !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    private static void AwaitCollector(OtlpExporterOptions options)
        => options.HttpClientFactory = () => new HttpClient(new AwaitedCollectorHandler()) { Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds) };
}
