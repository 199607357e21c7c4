using System.Net;
using System.Text.Json.Serialization;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Leadership;

/// <summary>Sessions, which hold keys for as long as their owner lives.</summary>
public sealed class ConsulSessions
{
    private readonly ConsulTransport _transport;

    internal ConsulSessions(ConsulTransport transport) => _transport = transport;

    /// <summary>Makes a session on the agent's node.</summary>
    /// <param name="session">What it is to be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public async Task<string> CreateAsync(SessionRequest session, CancellationToken cancellationToken)
    {
        var path = new ConsulPath("session/create");
        return _transport.Read(path, await _transport.AskAsync(HttpMethod.Put, path, session, ConsulJsonContext.Default.SessionRequest, cancellationToken), ConsulJsonContext.Default.SessionId).Id;
    }

    /// <summary>Begins its time to live again.</summary>
    /// <param name="session">Its id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it still was there.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public async Task<bool> RenewAsync(string session, CancellationToken cancellationToken)
    {
        var path = new ConsulPath("session/renew/", session);
        using var response = await _transport.SendAsync(HttpMethod.Put, path, null, TimeSpan.Zero, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await _transport.SuccessAsync(HttpMethod.Put, path, response, cancellationToken);
        return true;
    }

    /// <summary>Ends it; what it holds is free.</summary>
    /// <param name="session">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task that completes when it has ended.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task DestroyAsync(string session, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Put, new ConsulPath("session/destroy/", session), null, cancellationToken);

    /// <summary>What Consul knows of it.</summary>
    /// <param name="session">Its id.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The session, null when it has ended.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public async Task<ConsulAnswer<SessionInfo?>> InfoAsync(string session, QueryOptions options, CancellationToken cancellationToken)
    {
        var (sessions, index) = await _transport.GetAsync(new("session/info/", session), options, ConsulJsonContext.Default.IReadOnlyListSessionInfo, cancellationToken);
        return new(sessions.Count == 0 ? null : sessions[0], index);
    }
}

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

/// <summary>The answer to the making of a session.</summary>
/// <param name="Id">Its id.</param>
internal sealed record SessionId([property: JsonPropertyName("ID")] string Id);

/// <summary>A session that lives.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Node">The node whose agent made it.</param>
public sealed record SessionInfo([property: JsonPropertyName("ID")] string Id, string Name, string Node);
