using OpenTelemetry.Metrics;

namespace XoeNovAi.Gateway.Metrics;

internal static class MetricsExtensions
{
    // Counted six times a request, for two readers: as much as the spans cost. The server's own requests and the length of connections say the same.
    private static readonly string[] Dropped = ["http.client.open_connections", "http.client.active_requests"];

    // Their server.address is the Host the caller sent, as services get to see it: each other Host would be another series.
    private static readonly string[] NamedByCallers = ["http.client.request.duration", "http.client.request.time_in_queue"];
    private static readonly string[] KeptTags =
        ["http.request.method", "http.response.status_code", "error.type", "network.protocol.version", "server.port", "url.scheme"];

    /// <summary>Collects the gateway's own metrics and makes all of them readable by Prometheus.</summary>
    public static void AddGatewayMetrics(this IServiceCollection services)
    {
        services.AddSingleton<GatewayMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(GatewayMetrics.MeterName).AddPrometheusExporter();
            foreach (var instrument in Dropped)
            {
                metrics.AddView(instrument, MetricStreamConfiguration.Drop);
            }

            foreach (var instrument in NamedByCallers)
            {
                metrics.AddView(instrument, new MetricStreamConfiguration { TagKeys = KeptTags });
            }
        });
    }
}
