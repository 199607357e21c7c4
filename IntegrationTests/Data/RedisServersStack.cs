using System.Net;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using StackExchange.Redis;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>A stack of a test's own whose Redis outlives the loss of a server; of the services it has those that a query passes.</summary>
internal sealed class RedisServersStack : IAsyncDisposable
{
    /// <summary>The servers.</summary>
    public static readonly IReadOnlyList<string> Servers = ["redis-1", "redis-2"];

    private const string Service = "xnai";
    private const string Cut = "inet xnai_fault";
    private static readonly string[] Sentinels = ["sentinel-1", "sentinel-2", "sentinel-3"];
    private static readonly string[] Arguments =
        ["--Stack:Data=ha", "--Stack:Run=none", "--Stack:Services:gateway:Run=container", "--Stack:Services:rag:Run=container", "--Stack:Services:curation-worker:Run=container"];

    // What each says of its health with Redis. The rest of this stack's rag is not there, and it is never quite well.
    private static readonly (string Resource, string Path, string Well, string Degraded)[] Users =
    [
        ("rag-1", "/xnai/api/v1/health", "\"health_redis\":true", "\"health_redis\":false"),
        ("rag-2", "/xnai/api/v1/health", "\"health_redis\":true", "\"health_redis\":false"),
        ("curation-worker", "/health", "\"status\":\"healthy\"", "\"status\":\"degraded\""),
    ];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly OwnStack _stack;
    private readonly NpgsqlDataSource _database;
    private readonly Dictionary<string, IConnectionMultiplexer> _connections;

    private RedisServersStack(OwnStack stack, NpgsqlDataSource database, Dictionary<string, IConnectionMultiplexer> connections)
    {
        (_stack, _database, _connections) = (stack, database, connections);
        Gateway = stack.Application.CreateHttpClient("gateway", "http");
    }

    public Commands Commands => _stack.Commands;

    public HttpClient Gateway { get; }

    public static async Task<RedisServersStack> StartAsync(CancellationToken cancellationToken)
    {
        var stack = await OwnStack.StartAsync(Arguments, cancellationToken);
        var connections = new Dictionary<string, IConnectionMultiplexer>(StringComparer.Ordinal);
        try
        {
            var shared = ConfigurationOptions.Parse((await stack.Application.GetConnectionStringAsync("redis", cancellationToken))!);
            foreach (var member in Servers.Concat(Sentinels))
            {
                connections.Add(member, await ConnectionMultiplexer.ConnectAsync(OptionsOf(stack, shared.Password!, member)));
            }

            return new(stack, NpgsqlDataSource.Create((await stack.Application.GetConnectionStringAsync("xnai", cancellationToken))!), connections);
        }
        catch
        {
            foreach (var connection in connections.Values)
            {
                await connection.DisposeAsync();
            }

            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends a server's container without a word to it.</summary>
    public Task KillAsync(string server, CancellationToken cancellationToken) => _stack.KillAsync(server, cancellationToken);

    /// <summary>Has a replica hear nothing of whom it follows; everybody else still reaches it.</summary>
    public Task CutAsync(string replica, CancellationToken cancellationToken)
        => FilterAsync(replica, [$"table {Cut} {{ chain incoming {{ type filter hook input priority -10; iif lo accept; tcp sport 6379 drop; }}; }}"], cancellationToken);

    /// <summary>Has it hear again.</summary>
    public Task MendAsync(string replica, CancellationToken cancellationToken) => FilterAsync(replica, ["delete", "table", .. Cut.Split(' ')], cancellationToken);

    /// <summary>Stops every process of the worker, or has them go on: what is on the stream meanwhile is nowhere else.</summary>
    public Task SignalWorkerAsync(string signal, CancellationToken cancellationToken)
    {
        var services = _stack.Application.Services;
        return services.GetRequiredService<PodmanCli>().RunAsync(["kill", "--signal", signal, $"curation-worker-{services.GetRequiredService<PodmanRun>().Id}"], cancellationToken);
    }

    /// <summary>Who leads, as the first Sentinel says that knows; and how it is called in <see cref="Servers"/>.</summary>
    public async Task<string> LeaderAsync(CancellationToken cancellationToken)
    {
        var answer = await _connections[Sentinels[0]].GetServers().Single().SentinelGetMasterAddressByNameAsync(Service).WaitAsync(cancellationToken);
        return answer is DnsEndPoint name ? name.Host : answer?.ToString() ?? "nobody";
    }

    /// <summary>What a server says.</summary>
    public IDatabase DatabaseOf(string server) => _connections[server].GetDatabase();

    /// <summary>Waits until all that use Redis say that they are well with it, which they are when it takes their writes and its replica confirms them; or that they are not.</summary>
    public async Task UsersAreAsync(bool well, CancellationToken cancellationToken)
    {
        foreach (var (resource, path, good, bad) in Users)
        {
            using var client = _stack.Application.CreateHttpClient(resource, "http");
            await Eventually.HoldsAsync(
                $"{resource} is {(well ? "well" : "degraded")}",
                Limit,
                token => client.GetStringAsync(path, token),
                health => health.Contains(well ? good : bad, StringComparison.Ordinal),
                static health => health,
                cancellationToken);
        }
    }

    /// <summary>The requests that begin so, as often as a table has them.</summary>
    public async Task<ILookup<string, string>> RequestsOfAsync(string table, string prefix, CancellationToken cancellationToken)
        => (await _database.TextsAsync($"SELECT request_id FROM {table} WHERE request_id LIKE $1", $"{prefix}%", cancellationToken)).ToLookup(static r => r, StringComparer.Ordinal);

    /// <summary>How many messages wait to be published.</summary>
    public async Task<long> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand("SELECT count(*) FROM stream_outbox");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
        {
            await connection.DisposeAsync();
        }

        Gateway.Dispose();
        await _database.DisposeAsync();
        await _stack.DisposeAsync();
    }

    private async Task FilterAsync(string server, IEnumerable<string> rules, CancellationToken cancellationToken)
        => Assert.AreEqual(string.Empty, (await _stack.RunInNetworkOfAsync(server, ["nft", .. rules], cancellationToken)).Trim());

    private static ConfigurationOptions OptionsOf(OwnStack stack, string password, string member)
    {
        var endpoint = stack.Application.GetEndpoint(member, "tcp");
        var authority = X509Certificate2.CreateFromPem(stack.AuthorityPem!);
        var options = new ConfigurationOptions
        {
            EndPoints = { { endpoint.Host, endpoint.Port } },
            Password = password,
            Ssl = true,
            AbortOnConnectFail = false,
            CommandMap = Sentinels.Contains(member) ? CommandMap.Sentinel : CommandMap.Default,
        };
        options.CertificateValidation += (_, certificate, _, errors) => certificate is not null && Stack.IsTrusted(authority, certificate, errors);
        return options;
    }
}
