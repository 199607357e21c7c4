using System.Text.Json.Serialization;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Connect;

/// <summary>Which services may call which in the mesh, and the certificates they prove themselves by.</summary>
public sealed class ConsulConnect
{
    private readonly ConsulTransport _transport;

    internal ConsulConnect(ConsulTransport transport) => _transport = transport;

    /// <summary>Allows or denies calls from one service to another.</summary>
    /// <param name="intention">Who, whom, and whether.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The id of the intention.</returns>
    /// <exception cref="ConsulException">Consul refuses, has one for the two already, or cannot answer.</exception>
    public async Task<string> AddIntentionAsync(Intention intention, CancellationToken cancellationToken)
    {
        var path = new ConsulPath("connect/intentions");
        return _transport.Read(path, await _transport.AskAsync(HttpMethod.Post, path, intention, ConsulJsonContext.Default.Intention, cancellationToken), ConsulJsonContext.Default.IntentionId).Id;
    }

    /// <summary>Takes an intention back.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when Consul has forgotten it.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task RemoveIntentionAsync(string id, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Delete, new ConsulPath("connect/intentions/", id), null, cancellationToken);

    /// <summary>The authorities of the mesh, the one that signs now and those that did before.</summary>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The authorities.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task<ConsulAnswer<ConnectRoots>> RootsAsync(QueryOptions options, CancellationToken cancellationToken) =>
        _transport.GetAsync(new("agent/connect/ca/roots"), options, ConsulJsonContext.Default.ConnectRoots, cancellationToken);

    /// <summary>A certificate of a service, with its key. The agent renews it: asked with an index, it answers with the next one.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task<ConsulAnswer<ConnectLeaf>> LeafAsync(string service, QueryOptions options, CancellationToken cancellationToken) =>
        _transport.GetAsync(new ConsulPath("agent/connect/ca/leaf/", service), options, ConsulJsonContext.Default.ConnectLeaf, cancellationToken);

    /// <summary>Whether the intentions let the owner of a certificate call a service.</summary>
    /// <param name="question">Who, and whom.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer, with Consul's reason.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public async Task<ConnectAuthorization> AuthorizeAsync(ConnectQuestion question, CancellationToken cancellationToken)
    {
        var path = new ConsulPath("agent/connect/authorize");
        return _transport.Read(path, await _transport.AskAsync(HttpMethod.Post, path, question, ConsulJsonContext.Default.ConnectQuestion, cancellationToken), ConsulJsonContext.Default.ConnectAuthorization);
    }
}

/// <summary>The authorities of the mesh.</summary>
/// <param name="TrustDomain">What the names in its certificates begin with.</param>
/// <param name="Roots">Their certificates.</param>
public sealed record ConnectRoots(string TrustDomain, IReadOnlyList<ConnectRoot> Roots);

/// <summary>An authority of the mesh.</summary>
/// <param name="Pem">Its certificate.</param>
/// <param name="IsActive">Whether it signs now.</param>
public sealed record ConnectRoot([property: JsonPropertyName("RootCert")] string Pem, [property: JsonPropertyName("Active")] bool IsActive);

/// <summary>A certificate of a service.</summary>
/// <param name="Pem">The certificate, with those between it and the authority.</param>
/// <param name="KeyPem">Its key, a secret.</param>
/// <param name="Uri">The name in it, by which intentions know the service.</param>
/// <param name="Serial">Its serial number, by which an authorization is asked for.</param>
public sealed record ConnectLeaf(
    [property: JsonPropertyName("CertPEM")] string Pem,
    [property: JsonPropertyName("PrivateKeyPEM")] string KeyPem,
    [property: JsonPropertyName("ServiceURI")] string Uri,
    [property: JsonPropertyName("SerialNumber")] string Serial);

/// <summary>May the owner of a certificate call a service?</summary>
/// <param name="Target">The service that is called.</param>
/// <param name="CallerUri">The name in the caller's certificate.</param>
/// <param name="CallerSerial">Its serial number.</param>
public sealed record ConnectQuestion(
    string Target,
    [property: JsonPropertyName("ClientCertURI")] string CallerUri,
    [property: JsonPropertyName("ClientCertSerial")] string CallerSerial);

/// <summary>Whether a call is allowed.</summary>
/// <param name="IsAllowed">Whether it is.</param>
/// <param name="Reason">Which intention says so, or that there is none.</param>
public sealed record ConnectAuthorization([property: JsonPropertyName("Authorized")] bool IsAllowed, string Reason);
