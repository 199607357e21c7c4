namespace Aspire.Hosting.Testing;

/// <summary>What a test wants unless it says otherwise: free ports, no dashboard, the resources' logs among its own.</summary>
internal static class TestingDefaults
{
    public static void Apply(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        options.AllowUnsecuredTransport = true;
        options.EnableResourceLogging = true;
        settings.EnvironmentName ??= Environments.Development;
        settings.Configuration ??= new ConfigurationManager();

        // A source and not a value set: the host reloads its sources when it finds its content root, and a value would be lost.
        settings.Configuration.AddInMemoryCollection([new("DcpPublisher:RandomizePorts", bool.TrueString)]);
    }
}
