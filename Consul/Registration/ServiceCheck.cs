using System.Text.Json.Serialization;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Registration;

/// <summary>A check of a registration, of one of three kinds: Consul asks by HTTP, connects by TCP, or is told in time.</summary>
public sealed record ServiceCheck
{
    private ServiceCheck(string id, string name)
    {
        Id = id;
        Name = name;
    }

    /// <summary>Its id, which no other check of the agent has.</summary>
    [JsonPropertyName("CheckID")]
    public string Id { get; }

    /// <summary>What it is, for people.</summary>
    public string Name { get; }

    /// <summary>The address that answers 2xx when all is well, 429 for a warning.</summary>
    [JsonPropertyName("HTTP")]
    public string? Http { get; private init; }

    /// <summary>The host and port that accept connections when all is well.</summary>
    [JsonPropertyName("TCP")]
    public string? Tcp { get; private init; }

    /// <summary>How long it is good after it was told so.</summary>
    [JsonPropertyName("TTL")]
    public string? TimeToLive { get; private init; }

    /// <summary>How often Consul looks.</summary>
    public string? Interval { get; private init; }

    /// <summary>How long it waits then.</summary>
    public string? Timeout { get; private init; }

    /// <summary>Whoever is critical for so long is taken out; null for never.</summary>
    [JsonPropertyName("DeregisterCriticalServiceAfter")]
    public string? DeregisterAfter { get; private init; }

    /// <summary>What it is until the first look; critical when null.</summary>
    public string? Status { get; private init; }

    /// <summary>Consul asks an address.</summary>
    /// <param name="id">The check's id.</param>
    /// <param name="address">What is asked.</param>
    /// <param name="interval">How often.</param>
    /// <param name="timeout">How long it waits for the answer.</param>
    /// <returns>The check.</returns>
    public static ServiceCheck ByHttp(string id, Uri address, TimeSpan interval, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new(id, $"HTTP {address.AbsolutePath}") { Http = address.AbsoluteUri, Interval = ConsulDuration.Of(interval), Timeout = ConsulDuration.Of(timeout) };
    }

    /// <summary>Consul connects.</summary>
    /// <param name="id">The check's id.</param>
    /// <param name="hostAndPort">Where to, such as <c>10.0.0.1:80</c>.</param>
    /// <param name="interval">How often.</param>
    /// <param name="timeout">How long it waits for the connection.</param>
    /// <returns>The check.</returns>
    public static ServiceCheck ByTcp(string id, string hostAndPort, TimeSpan interval, TimeSpan timeout) =>
        new(id, $"TCP {hostAndPort}") { Tcp = hostAndPort, Interval = ConsulDuration.Of(interval), Timeout = ConsulDuration.Of(timeout) };

    /// <summary>The service itself says that all is well, by <see cref="ConsulAgent.PassAsync"/>.</summary>
    /// <param name="id">The check's id.</param>
    /// <param name="timeToLive">How long that is good.</param>
    /// <returns>The check.</returns>
    public static ServiceCheck ByTimeToLive(string id, TimeSpan timeToLive) =>
        new(id, $"TTL {ConsulDuration.Of(timeToLive)}") { TimeToLive = ConsulDuration.Of(timeToLive) };

    /// <summary>All is well until the first look: nobody waits for it.</summary>
    /// <returns>The check.</returns>
    public ServiceCheck PassingAtFirst() => this with { Status = "passing" };

    /// <summary>Whoever is critical for long is taken out.</summary>
    /// <param name="time">How long; Consul makes it a minute at least.</param>
    /// <returns>The check.</returns>
    public ServiceCheck TakingOutAfter(TimeSpan time) => this with { DeregisterAfter = ConsulDuration.Of(time) };
}
