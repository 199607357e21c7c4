namespace XoeNovAi.Coverage;

/// <summary>A test project, and how it is run to measure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="How">Where the measured code runs.</param>
/// <param name="Filter">Which of its tests; null for all.</param>
/// <param name="RunsServices">Whether it runs services of the stack outside of its own process.</param>
internal sealed record TestSuite(string Name, string How, string? Filter = null, bool RunsServices = false)
{
    // What a service does is told by what it answers; what networks and rules do, by nothing that is measured here.
    private static readonly string[] StackAreas =
    [
        "Contract", "Data.AnswerCacheTests", "Data.BackupTests", "Data.EmergencyStopTests", "Data.MemoryBankTests", "Data.MigrationTests", "Data.OutageTests", "Data.PostgresContractTests",
        "Data.ReconnectTests", "Data.SearchTests", "Data.StreamConsumerTests", "Data.StreamLengthTests", "Discovery.ConsulOutageTests", "Discovery.HealthTests", "Discovery.KeyValueSettingsTests",
        "Gateway", "Hosting.ConfigurationTests", "Hosting.ProcessModeTests", "Observability", "Resilience", "Security.ControlEndpointTests", "Security.MalformedInputTests", "Streaming",
    ];

    // Instrumented code is slower than what a scenario's time is meant for.
    private const string Timed = "The_first_event_comes_within_200_ms";

    public static IReadOnlyList<TestSuite> Of(CoverageOptions options)
    {
        List<TestSuite> suites =
        [
            new("Gateway.Tests", "the gateway in the tests' process, before backends of the tests"),
            new("Consul.Tests", "the client in the tests' process, against Consul in a container"),
            new("Hosting.Tests", "the integrations in the tests' process, with the application they host"),
        ];
        if (!options.IsUnit)
        {
            suites.Add(new(
                "IntegrationTests",
                "the AppHost in the tests' process; services in their containers, and as processes (Stack:Run=process)",
                options.Filter ?? $"({string.Join('|', StackAreas.Select(static a => $"FullyQualifiedName~.IntegrationTests.{a}."))})&FullyQualifiedName!~{Timed}",
                RunsServices: true));
        }

        return suites;
    }
}
