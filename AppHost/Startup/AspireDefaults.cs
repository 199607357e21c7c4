using System.Net;

namespace XoeNovAi.AppHost.Startup;

/// <summary>How Aspire itself behaves, unless the environment says otherwise.</summary>
internal static class AspireDefaults
{
    /// <summary>The dashboard's resource, as Aspire names it.</summary>
    public const string DashboardResource = "aspire-dashboard";

    /// <summary>The setting of its address.</summary>
    public const string UrlSetting = "ASPNETCORE_URLS";

    private const string Url = "http://localhost:18888";

    /// <summary>Has the dashboard on loopback and without TLS, for which every machine would need a certificate that its browser trusts.</summary>
    /// <exception cref="DistributedApplicationException">It is to be elsewhere.</exception>
    public static IDistributedApplicationBuilder WithAspireDefaults(this IDistributedApplicationBuilder builder)
    {
        builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] ??= "true";

        // Nothing of the stack calls outside, Aspire included.
        builder.Configuration["ASPIRE_VERSION_CHECK_DISABLED"] ??= "true";
        builder.Configuration["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] ??= "true";
        var urls = builder.Configuration[UrlSetting] ??= Url;
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !IsLoopback(address))
            {
                throw new DistributedApplicationException($"'{UrlSetting}' is '{url}', but the dashboard is served on loopback only: it shows logs and traces to whoever has its token. Give an address such as {Url}.");
            }
        }

        return builder;
    }

    private static bool IsLoopback(Uri address)
        => address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
