using System.Text.Json.Serialization;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Leadership;

/// <summary>What a session is to be.</summary>
/// <param name="name">What it is for.</param>
/// <param name="timeToLive">How long it lives after it was made or renewed, at least; Consul takes 10 s to a day, and may take twice as long.</param>
/// <param name="lockDelay">How long nobody can take what it held after it has ended without letting go.</param>
public sealed class SessionRequest(string name, TimeSpan timeToLive, TimeSpan lockDelay)
{
    /// <summary>What it is for.</summary>
    public string Name => name;

    /// <summary>How long it lives.</summary>
    [JsonPropertyName("TTL")]
    public string TimeToLive { get; } = ConsulDuration.Of(timeToLive);

    /// <summary>How long nobody can take what it held.</summary>
    public string LockDelay { get; } = ConsulDuration.Of(lockDelay);
}
