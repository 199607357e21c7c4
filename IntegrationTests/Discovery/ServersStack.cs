using System.Net.Http.Json;
using System.Text.Json;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>A stack of a test's own whose Consul has three servers; of the services it has what answers through the gateway.</summary>
internal sealed class ServersStack : IAsyncDisposable
{
    private static readonly string[] Arguments =
        ["--Stack:Consul:Servers=3", "--Stack:Echo=true", "--Stack:Run=none", "--Stack:Services:gateway:Run=container", "--Stack:Services:rag:Run=container"];

    // How Consul calls a voter it has not heard of for a moment.
    private const string Unknown = "(unknown)";

    private readonly OwnStack _stack;
    private readonly IReadOnlyDictionary<string, HttpClient> _servers;

    private ServersStack(OwnStack stack)
    {
        _stack = stack;
        Gateway = stack.Application.CreateHttpClient("gateway", "http");
        _servers = stack.Model.Resources.OfType<ConsulServerResource>()
            .ToDictionary(static s => s.Name, s => new HttpClient(ConsulApi.CreateHandler(stack.AuthorityPem)) { BaseAddress = stack.Application.GetEndpoint(s.Name), DefaultRequestHeaders = { { "X-Consul-Token", stack.ManagementToken } } });
    }

    public Commands Commands => _stack.Commands;

    /// <summary>The agent that services ask.</summary>
    public ConsulApi Consul => _stack.Consul;

    public HttpClient Gateway { get; }

    /// <summary>The servers' resources.</summary>
    public IReadOnlyList<string> ServerNames => [.. _servers.Keys];

    public static async Task<ServersStack> StartAsync(CancellationToken cancellationToken) => new(await OwnStack.StartAsync(Arguments, cancellationToken));

    /// <summary>Ends a resource's container without a word to it.</summary>
    public Task KillAsync(string resource, CancellationToken cancellationToken) => _stack.KillAsync(resource, cancellationToken);

    /// <summary>The servers that elect a leader, by their resources, and which of them leads, as the first says that knows of a leader; none as long as none does.</summary>
    public async Task<IReadOnlyDictionary<string, bool>> VotersAsync(CancellationToken cancellationToken)
    {
        foreach (var server in _servers.Values)
        {
            if (await VotersOfAsync(server, cancellationToken) is { } voters && voters.Values.Contains(true))
            {
                return voters;
            }
        }

        return new Dictionary<string, bool>();
    }

    /// <summary>The instances of a service that pass, as one of the servers says by itself, whoever leads.</summary>
    public async Task<string> FoundByAsync(string server, string service, CancellationToken cancellationToken)
    {
        using var answer = await _servers[server].GetAsync(new Uri($"v1/health/service/{service}?passing&stale", UriKind.Relative), cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            return $"status {(int)answer.StatusCode}";
        }

        using var entries = await answer.Content.ReadFromJsonAsync<JsonDocument>(cancellationToken);
        return string.Join(", ", entries!.RootElement.EnumerateArray().Select(static e => e.GetProperty("Service").GetProperty("ID").GetString()).Order(StringComparer.Ordinal));
    }

    /// <summary>The leader's resource; null as long as there is none.</summary>
    public async Task<string?> LeaderAsync(CancellationToken cancellationToken)
        => (await VotersAsync(cancellationToken)).Where(static v => v.Value).Select(static v => v.Key).FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            server.Dispose();
        }

        Gateway.Dispose();
        await _stack.DisposeAsync();
    }

    // Without going to the leader, which may be lost.
    private static async Task<IReadOnlyDictionary<string, bool>?> VotersOfAsync(HttpClient server, CancellationToken cancellationToken)
    {
        try
        {
            using var raft = await server.GetFromJsonAsync<JsonDocument>("v1/operator/raft/configuration?stale", cancellationToken);
            return raft!.RootElement.GetProperty("Servers").EnumerateArray()
                .Where(static s => s.GetProperty("Voter").GetBoolean() && s.GetProperty("Node").GetString() != Unknown)
                .ToDictionary(static s => ResourceOf(s.GetProperty("Node").GetString()!), static s => s.GetProperty("Leader").GetBoolean());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    // A node is called after its resource, with something of its own behind that.
    private static string ResourceOf(string node) => node[..node.LastIndexOf('-')];
}
