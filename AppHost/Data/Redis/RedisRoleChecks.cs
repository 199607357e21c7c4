using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;
using XoeNovAi.AppHost.Certificates;

namespace XoeNovAi.AppHost.Data.Redis;

/// <summary>Asks the members who they are: the answer is what their health says in the dashboard.</summary>
internal sealed class RedisRoleChecks : IAsyncDisposable
{
    private readonly RedisServersResource _redis;
    private readonly Dictionary<string, RedisConnection> _connections;

    public RedisRoleChecks(RedisServersResource redis, RunCertificateAuthority authority)
    {
        _redis = redis;
        _connections = redis.Servers.ToDictionary(static s => s.Name, s => new RedisConnection(redis.ConnectionStringOf(s), authority), StringComparer.Ordinal);
        foreach (var sentinel in redis.Sentinels)
        {
            _connections.Add(sentinel.Name, new(redis.ConnectionStringOf(sentinel), authority, CommandMap.Sentinel));
        }
    }

    /// <summary>Healthy when one of the servers leads, and one only.</summary>
    public IHealthCheck OfAll => new Check(CheckAllAsync);

    /// <summary>Healthy when it leads, or has what the leader has.</summary>
    public IHealthCheck OfServer(string name) => new Check(token => CheckServerAsync(name, token));

    /// <summary>Healthy when it watches the servers with the others.</summary>
    public IHealthCheck OfSentinel(string name) => new Check(token => CheckSentinelAsync(name, token));

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<RedisRole> RoleOfAsync(string member, CancellationToken cancellationToken) => RedisRole.OfAsync(_connections[member], cancellationToken);

    private async Task<HealthCheckResult> CheckAllAsync(CancellationToken cancellationToken)
    {
        var leading = new List<string>();
        var reasons = new List<string>();
        foreach (var server in _redis.Servers)
        {
            try
            {
                if ((await RoleOfAsync(server.Name, cancellationToken).ConfigureAwait(false)).Leads)
                {
                    leading.Add(server.Name);
                }
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                reasons.Add($"{server.Name}: {exception.Message}");
            }
        }

        return leading switch
        {
            [var one] => HealthCheckResult.Healthy($"{one} leads"),
            [] => HealthCheckResult.Unhealthy($"No server leads. {string.Join(' ', reasons)}"),
            _ => HealthCheckResult.Unhealthy($"{string.Join(" and ", leading)} each say that they lead. The one the Sentinels do not name loses what it takes, and nothing it takes is confirmed."),
        };
    }

    private async Task<HealthCheckResult> CheckServerAsync(string name, CancellationToken cancellationToken)
    {
        var role = await RoleOfAsync(name, cancellationToken).ConfigureAwait(false);
        if (role.Leads)
        {
            return HealthCheckResult.Healthy("master");
        }

        if (!role.IsInSync || !_connections.ContainsKey(role.Leader))
        {
            return HealthCheckResult.Unhealthy($"replica of {role.Leader}, and not in sync with it");
        }

        var leader = await RoleOfAsync(role.Leader, cancellationToken).ConfigureAwait(false);
        return HealthCheckResult.Healthy($"replica of {role.Leader}, {Math.Max(0, leader.Offset - role.Offset)} bytes behind");
    }

    private async Task<HealthCheckResult> CheckSentinelAsync(string name, CancellationToken cancellationToken)
    {
        var watched = (await RoleOfAsync(name, cancellationToken).ConfigureAwait(false)).Watched;
        var knowsAll = watched.Contains($"slaves={_redis.Servers.Count - 1},sentinels={_redis.Sentinels.Count}", StringComparison.Ordinal);
        return knowsAll ? HealthCheckResult.Healthy($"sentinel: {watched}") : HealthCheckResult.Unhealthy($"sentinel that does not know all others yet: {watched}");
    }

    private sealed class Check(Func<CancellationToken, Task<HealthCheckResult>> ask) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return await ask(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy(exception.Message);
            }
        }
    }
}
