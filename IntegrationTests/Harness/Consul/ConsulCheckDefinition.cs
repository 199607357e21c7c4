using System.Text.Json.Serialization;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>A check as the agent is told of it: what it asks, or what it waits to be told within. What is null is left out.</summary>
internal sealed record ConsulCheckDefinition([property: JsonPropertyName("CheckID")] string Id)
{
    /// <summary>Without one it begins critical.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    [JsonPropertyName("HTTP")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Http { get; init; }

    [JsonPropertyName("TCP")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tcp { get; init; }

    [JsonPropertyName("TTL")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ttl { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Interval { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Timeout { get; init; }
}
