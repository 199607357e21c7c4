namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>Body of <c>PUT /v1/agent/service/register</c>.</summary>
internal sealed record AgentServiceRegistration
{
    public required string ID { get; init; }

    public required string Name { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, ServiceAddress> TaggedAddresses { get; init; } = new Dictionary<string, ServiceAddress>();

    public IReadOnlyList<AgentServiceCheck> Checks { get; init; } = [];
}
