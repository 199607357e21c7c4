using OpenTelemetry.Metrics;

namespace XoeNovAi.Gateway.Metrics;

internal static class MetricsExtensions
{
    /// <summary>Collects the gateway's own metrics and makes all of them readable by Prometheus.</summary>
    public static void AddGatewayMetrics(this IServiceCollection services)
    {
        services.AddSingleton<GatewayMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(GatewayMetrics.MeterName).AddPrometheusExporter());
    }
}
