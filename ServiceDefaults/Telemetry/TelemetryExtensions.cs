using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
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
        "System.Net.Http", "System.Runtime", "Npgsql",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var discovery = DiscoveryOptions.Bind(configuration);

        builder.Logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.IncludeScopes = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });

        var isReceived = !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
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
                    .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "XoeNovAi.*")
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

    private static void AwaitCollector(OtlpExporterOptions options)
        => options.HttpClientFactory = () => new HttpClient(new AwaitedCollectorHandler()) { Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds) };
}
