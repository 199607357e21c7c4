using System.Text.Json.Serialization;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>A check of a registration. Durations are Consul's, e.g. <c>1000ms</c>.</summary>
internal sealed record AgentServiceCheck
{
    public required string CheckID { get; init; }

    public required string Name { get; init; }

    [JsonPropertyName("HTTP")]
    public required string Http { get; init; }

    public required string Interval { get; init; }

    public required string Timeout { get; init; }

    public required string DeregisterCriticalServiceAfter { get; init; }

    public required string Status { get; init; }
}
