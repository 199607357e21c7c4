namespace Aspire.Hosting.Testing;

/// <summary>What a test wants unless it says otherwise: free ports, no dashboard.</summary>
internal static class TestingDefaults
{
    public static void Apply(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        options.AllowUnsecuredTransport = true;
        settings.EnvironmentName ??= Environments.Development;
        settings.Configuration ??= new ConfigurationManager();
        settings.Configuration["DcpPublisher:RandomizePorts"] = bool.TrueString;
    }
}
