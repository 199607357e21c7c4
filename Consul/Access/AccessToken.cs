using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Access;

/// <summary>Who may do what.</summary>
/// <param name="description">Whose it is, for people.</param>
public sealed class AccessToken(string description)
{
    /// <summary>Whose it is, for people.</summary>
    public string Description => description;

    /// <summary>What is shown to Consul, a UUID; null for one that Consul makes, or that stays.</summary>
    [JsonPropertyName("SecretID")]
    public string? Secret { get; init; }

    /// <summary>The services it may register.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>The names of its policies.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary><see cref="Services"/> as Consul takes them.</summary>
    [JsonInclude]
    [JsonPropertyName("ServiceIdentities")]
    internal IReadOnlyList<ServiceIdentity> Identities => [.. Services.Select(static service => new ServiceIdentity(service))];

    /// <summary><see cref="Policies"/> as Consul takes them.</summary>
    [JsonInclude]
    [JsonPropertyName("Policies")]
    internal IReadOnlyList<PolicyLink> Links => [.. Policies.Select(static policy => new PolicyLink(policy))];

    internal sealed record ServiceIdentity(string ServiceName);

    internal sealed record PolicyLink(string Name);
}

/// <summary>What is allowed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rules">Rules in Consul's language, such as <c>key_prefix "rag/" { policy = "read" }</c>.</param>
public sealed record AccessPolicy(string Name, string Rules);
