using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard is given; the configuration keys are Aspire's.</summary>
internal sealed class DashboardOptions
{
    public const string BrowserTokenKey = "AppHost:BrowserToken";
    public const string OtlpApiKeyKey = "AppHost:OtlpApiKey";
    public const string TelemetryApiKeyKey = "AppHost:DashboardApiKey";

    private static readonly string[] FrontendKeys = ["ASPNETCORE_URLS", "URLS"];
    private static readonly string[] OtlpGrpcKeys = ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"];
    private static readonly string[] OtlpHttpKeys = ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];

    public required bool IsEnabled { get; init; }

    public required string ApplicationName { get; init; }

    public required string BrowserToken { get; init; }

    public required string OtlpApiKey { get; init; }

    public required string TelemetryApiKey { get; init; }

    /// <summary>The frontend's port; null for a free one.</summary>
    public int? FrontendPort { get; init; }

    /// <summary>The port of OTLP over gRPC; null for a free one.</summary>
    public int? OtlpGrpcPort { get; init; }

    /// <summary>The port of OTLP over HTTP; null for a free one.</summary>
    public int? OtlpHttpPort { get; init; }

    public static DashboardOptions Read(DistributedApplicationOptions options, ConfigurationManager configuration, string applicationName)
    {
        var random = configuration.GetValue<bool>($"{DcpOptions.Section}:{nameof(DcpOptions.RandomizePorts)}");
        int? Port(string[] keys) => PortOf(configuration, keys) is { } port && !random ? port : null;
        string Secret(string key) => configuration[key] ??= DashboardLaunch.NewSecret();
        return new()
        {
            IsEnabled = !options.DisableDashboard,
            ApplicationName = options.DashboardApplicationName ?? applicationName,
            BrowserToken = Secret(BrowserTokenKey),
            OtlpApiKey = Secret(OtlpApiKeyKey),
            TelemetryApiKey = Secret(TelemetryApiKeyKey),
            FrontendPort = Port(FrontendKeys),
            OtlpGrpcPort = Port(OtlpGrpcKeys),
            OtlpHttpPort = Port(OtlpHttpKeys),
        };
    }

    private static int? PortOf(IConfiguration configuration, string[] keys)
    {
        foreach (var key in keys)
        {
            if (configuration[key] is not { Length: > 0 } value)
            {
                continue;
            }

            var address = value.Split(';', StringSplitOptions.RemoveEmptyEntries)[0];
            return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback
                ? uri.Port
                : throw new DistributedApplicationException($"'{key}' is '{address}', which is no address on loopback. The dashboard listens there only: give it one such as http://localhost:18888.");
        }

        return null;
    }
}
