using System.Text.Json.Serialization;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>What the agent is told of an instance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The service.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Port">The port there.</param>
/// <param name="Checks">Its checks, in the agent's own words.</param>
internal sealed record ConsulRegistration([property: JsonPropertyName("ID")] string Id, string Name, string Address, int Port, params IReadOnlyList<ConsulCheckDefinition> Checks)
{
    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();
}
