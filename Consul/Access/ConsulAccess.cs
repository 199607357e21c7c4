using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Access;

/// <summary>Who may do what in a Consul that denies by default.</summary>
public sealed class ConsulAccess
{
    /// <summary>The token of those who have none.</summary>
    public const string Anonymous = "00000000-0000-0000-0000-000000000002";

    private readonly ConsulTransport _transport;

    internal ConsulAccess(ConsulTransport transport) => _transport = transport;

    /// <summary>Makes a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when Consul knows it.</returns>
    /// <exception cref="ConsulException">Consul refuses, has one of that name, or cannot answer.</exception>
    public Task AddAsync(AccessPolicy policy, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Put, new ConsulPath("acl/policy"), policy, ConsulJsonContext.Default.AccessPolicy, cancellationToken);

    /// <summary>Makes a token, or changes one.</summary>
    /// <param name="token">The token.</param>
    /// <param name="accessor">The one that is changed, such as <see cref="Anonymous"/>; null for a new one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when Consul knows it.</returns>
    /// <exception cref="ConsulException">Consul refuses, has one of that secret, or cannot answer.</exception>
    public Task PutAsync(AccessToken token, string? accessor, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Put, accessor is null ? new("acl/token") : new("acl/token/", accessor), token, ConsulJsonContext.Default.AccessToken, cancellationToken);
}
