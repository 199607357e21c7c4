using OpenTelemetry.Metrics;

namespace XoeNovAi.Gateway.Metrics;

internal static class MetricsExtensions
{
    // Counted six times a request, for two readers: as much as the spans cost. The server's own requests and the length of connections say the same.
    private static readonly string[] Dropped = ["http.client.open_connections", "http.client.active_requests"];

    // Their server.address and server.port are what the caller has written into Host, which is sent on: as a label, a series for each.
    private static readonly string[] NamedByCallers = ["http.client.request.duration", "http.client.request.time_in_queue", "http.client.connection.duration"];

    private static readonly string[] Kept = ["http.request.method", "http.response.status_code", "network.protocol.version", "url.scheme", "error.type"];

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
                metrics.AddView(instrument, new MetricStreamConfiguration { TagKeys = Kept });
            }
        });
    }
}
