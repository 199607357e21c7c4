namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>An instance as <c>/v1/health/service/NAME</c> shows it.</summary>
internal sealed record ConsulEntry(ConsulService Service, IReadOnlyList<ConsulCheck> Checks)
{
    /// <summary>Whether every check passes.</summary>
    public bool IsPassing => Checks.All(static c => c.Status == "passing");
}
