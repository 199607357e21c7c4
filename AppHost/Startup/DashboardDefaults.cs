namespace XoeNovAi.AppHost.Startup;

/// <summary>Where the dashboard is, unless the environment says otherwise.</summary>
internal static class DashboardDefaults
{
    /// <summary>The setting of its address.</summary>
    public const string UrlSetting = "ASPNETCORE_URLS";

    private const string Url = "http://localhost:18888";

    /// <summary>Has it on loopback and without TLS, for which every machine would need a certificate that its browser trusts.</summary>
    public static IDistributedApplicationBuilder WithDashboardDefaults(this IDistributedApplicationBuilder builder)
    {
        builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] ??= "true";
        builder.Configuration[UrlSetting] ??= Url;
        return builder;
    }
}
