namespace XoeNovAi.Consul.Discovery;

/// <summary>An instance of a service with its checks.</summary>
/// <param name="Node">Where it is registered.</param>
/// <param name="Service">The instance.</param>
/// <param name="Checks">Its checks, those of the node among them.</param>
public sealed record HealthEntry(HealthNode Node, HealthService Service, IReadOnlyList<HealthCheck> Checks)
{
    /// <summary>Whether every check passes.</summary>
    public bool IsPassing => Checks.All(static check => check.Status == "passing");

    /// <summary>Where it is: a service that names no address is at its node's.</summary>
    public string Address => Service.Address.Length > 0 ? Service.Address : Node.Address;
}
