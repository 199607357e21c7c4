using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>The environment by which OpenTelemetry finds the dashboard.</summary>
internal static class OtlpEnvironment
{
    public static void Apply(EnvironmentCallbackContext context)
    {
        if (context.ExecutionContext.IsPublishMode)
        {
            // Where it is deployed there is another place for its telemetry.
            return;
        }

        var dashboard = context.ExecutionContext.ServiceProvider.GetRequiredService<DashboardHost>();
        if (!dashboard.IsEnabled || !context.Resource.TryGetLastAnnotation<OtlpExporterAnnotation>(out var exporter))
        {
            return;
        }

        var overHttp = exporter.RequiredProtocol is OtlpProtocol.HttpProtobuf or OtlpProtocol.HttpJson;
        var variables = context.EnvironmentVariables;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = overHttp ? dashboard.OtlpHttp : dashboard.OtlpGrpc;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = overHttp ? "http/protobuf" : "grpc";
        variables["OTEL_EXPORTER_OTLP_HEADERS"] = ReferenceExpression.Create($"x-otlp-api-key={dashboard.OtlpApiKey}");
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={context.Resource.Name}";
        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
    }
}
