using System.Globalization;
using System.Security.Cryptography;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// How the dashboard is started: executable, arguments, environment. Every secret is in the environment only.
/// </summary>
internal sealed record DashboardLaunch
{
    /// <summary>The <c>aspire-managed</c> executable.</summary>
    public required string ExecutablePath { get; init; }

    /// <summary>Where the browser finds it, with a port.</summary>
    public required Uri FrontendUrl { get; init; }

    /// <summary>Where telemetry is received as OTLP over gRPC.</summary>
    public required Uri OtlpGrpcUrl { get; init; }

    /// <summary>Where telemetry is received as OTLP over HTTP.</summary>
    public required Uri OtlpHttpUrl { get; init; }

    /// <summary>Address of our <see cref="DashboardResourceServer"/>.</summary>
    public required Uri ResourceServiceUrl { get; init; }

    /// <summary>What our <see cref="DashboardResourceServer"/> expects of its callers.</summary>
    public required string ResourceServiceApiKey { get; init; }

    /// <summary>
    /// A folder of the run: the dashboard keeps the keys of its cookies in its home, and they go with the run.
    /// </summary>
    public required string HomeFolder { get; init; }

    /// <summary>Logs the browser in; part of <see cref="LoginUrl"/>.</summary>
    public string BrowserToken { get; init; } = NewSecret();

    /// <summary>Expected in the header <see cref="OtlpApiKeyHeader"/> of whoever sends telemetry.</summary>
    public string OtlpApiKey { get; init; } = NewSecret();

    /// <summary>Expected in the header <see cref="TelemetryApiKeyHeader"/> of whoever reads telemetry at <c>/api/telemetry</c>.</summary>
    public string TelemetryApiKey { get; init; } = NewSecret();

    /// <summary>Header of OTLP requests.</summary>
    public const string OtlpApiKeyHeader = "x-otlp-api-key";

    /// <summary>Header of requests to <c>/api/telemetry</c>.</summary>
    public const string TelemetryApiKeyHeader = "x-api-key";

    /// <summary>The address to open: it holds the token, so it is printed for the user and never logged by others.</summary>
    public Uri LoginUrl => new(FrontendUrl, $"/login?t={BrowserToken}");

    /// <summary>Command line after the executable.</summary>
    public IReadOnlyList<string> Arguments { get; } = ["dashboard"];

    /// <summary>The dashboard's configuration, as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["HOME"] = HomeFolder,
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = Address(FrontendUrl),
        ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Address(OtlpGrpcUrl),
        ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = Address(OtlpHttpUrl),
        ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = Address(ResourceServiceUrl),
        ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = ResourceServiceApiKey,
        ["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken",
        ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = BrowserToken,
        ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = OtlpApiKey,
        ["DASHBOARD__API__ENABLED"] = "true",
        ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__API__PRIMARYAPIKEY"] = TelemetryApiKey,
        // A trace of a long test run must not push out the one a test still asks for.
        ["DASHBOARD__TELEMETRYLIMITS__MAXTRACECOUNT"] = 100_000.ToString(CultureInfo.InvariantCulture),
        ["DASHBOARD__TELEMETRYLIMITS__MAXLOGCOUNT"] = 100_000.ToString(CultureInfo.InvariantCulture),
        // Nothing of this product calls out, and a dead .NET process leaves its diagnostic sockets behind.
        ["DASHBOARD__DEBUGSESSION__TELEMETRYOPTOUT"] = "true",
        ["DOTNET_EnableDiagnostics"] = "0",
        ["LOGGING__LOGLEVEL__DEFAULT"] = "Warning",
        // Keys kept in the clear are what this folder is for.
        ["LOGGING__LOGLEVEL__MICROSOFT.ASPNETCORE.DATAPROTECTION"] = "Error",
    };

    /// <summary>A value that cannot be guessed: 128 bits.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
