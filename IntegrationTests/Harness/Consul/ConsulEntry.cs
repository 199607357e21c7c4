namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>An instance as <c>/v1/health/service/NAME</c> shows it.</summary>
internal sealed record ConsulEntry(ConsulNode Node, ConsulService Service, IReadOnlyList<ConsulCheck> Checks)
{
    /// <summary>Where it is: a service that names no address is at its node's.</summary>
    public string Address => Service.Address.Length > 0 ? Service.Address : Node.Address;

    /// <summary>Whether every check passes.</summary>
    public bool IsPassing => Checks.All(static c => c.Status == "passing");
}
