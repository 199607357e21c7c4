using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Registration;

/// <summary>An instance of a service, as it registers itself with an agent.</summary>
public sealed record ServiceRegistration
{
    /// <summary>Its id, which no other instance of the agent has.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>The name of the service.</summary>
    public required string Name { get; init; }

    /// <summary>Where others call it.</summary>
    public required string Address { get; init; }

    /// <summary>The port there.</summary>
    public required int Port { get; init; }

    /// <summary>What it is found by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What else is to be known of it.</summary>
    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    /// <summary>Where others call it who see it from elsewhere, by what their view is called.</summary>
    public IReadOnlyDictionary<string, ServiceAddress> TaggedAddresses { get; init; } = new Dictionary<string, ServiceAddress>();

    /// <summary>What Consul judges it by.</summary>
    public IReadOnlyList<ServiceCheck> Checks { get; init; } = [];
}

/// <summary>A host and port, as Consul writes them in <c>TaggedAddresses</c>.</summary>
/// <param name="Address">Name or address of the host.</param>
/// <param name="Port">The port there.</param>
public sealed record ServiceAddress(string Address, int Port);
