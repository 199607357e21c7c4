using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>Consul as the tests ask it: by blocking queries where something is waited for.</summary>
internal sealed class ConsulApi : IDisposable
{
    private const string TestNode = "integration-tests";
    private static readonly JsonSerializerOptions AsWritten = new() { PropertyNamingPolicy = null };
    private static readonly TimeSpan WatchWait = TimeSpan.FromMinutes(1);
    private readonly HttpClient _http;

    /// <param name="address">Where its HTTP API is.</param>
    /// <param name="token">What allows more than looking up services.</param>
    public ConsulApi(Uri address, string? token = null)
    {
        _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Add("X-Consul-Token", token);
        }
    }

    /// <summary>All instances of a service, passing or not.</summary>
    public async Task<IReadOnlyList<ConsulEntry>> InstancesAsync(string service, CancellationToken cancellationToken)
        => (await GetAsync(service, 0, TimeSpan.Zero, cancellationToken)).Entries;

    /// <summary>The names of all services.</summary>
    public async Task<IReadOnlyList<string>> ServicesAsync(CancellationToken cancellationToken)
        => [.. (await _http.GetFromJsonAsync<Dictionary<string, string[]>>("v1/catalog/services", cancellationToken))!.Keys];

    /// <summary>Waits until the instances of a service are as they should be, told by Consul of each change.</summary>
    /// <param name="awaited">What is waited for, for the message.</param>
    /// <param name="service">The service.</param>
    /// <param name="holds">Whether its instances are as they should be.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ConsulEntry>> WaitForAsync(string awaited, string service, Func<IReadOnlyList<ConsulEntry>, bool> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        IReadOnlyList<ConsulEntry> last = [];
        try
        {
            for (ulong index = 0; ;)
            {
                (last, index) = await GetAsync(service, index, limit, deadline.Token);
                if (holds(last))
                {
                    return last;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seen = last.Count == 0 ? "none" : string.Join(", ", last.Select(static e => $"{e.Service.Id} {string.Join('/', e.Checks.Select(static c => c.Status))}"));
            throw new AssertFailedException($"{awaited}: not within {limit.TotalSeconds:0.###} s. Consul's instances of {service}: {seen}");
        }
    }

    /// <summary>
    /// Registers an instance at another's address, straight in the catalog and without a check: it is there when this
    /// returns, and nobody else's agent removes it. Disposing takes it out again.
    /// </summary>
    public async Task<ConsulLease> RegisterAsync(string service, string id, string host, int port, CancellationToken cancellationToken)
    {
        await PutAsync("v1/catalog/register", new { Node = TestNode, Address = host, SkipNodeUpdate = false, Service = new { ID = id, Service = service, Address = host, Port = port } }, cancellationToken);
        return new(() => PutAsync("v1/catalog/deregister", new { Node = TestNode, ServiceID = id }, CancellationToken.None));
    }

    /// <summary>The instances whose checks all pass, and that a filter of Consul's lets through.</summary>
    public async Task<IReadOnlyList<ConsulEntry>> PassingAsync(string service, CancellationToken cancellationToken, string? filter = null)
        => (await _http.GetFromJsonAsync<IReadOnlyList<ConsulEntry>>($"v1/health/service/{service}?passing{(filter is null ? string.Empty : $"&filter={Uri.EscapeDataString(filter)}")}", cancellationToken))!;

    /// <summary>All instances of a service, at once and again at each change, by blocking queries.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ConsulEntry>> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (ulong index = 0; ;)
        {
            var (entries, next) = await GetAsync(service, index, WatchWait, cancellationToken);
            if (next != index)
            {
                yield return entries;
            }

            index = next;
        }
    }

    /// <summary>Registers an instance with the agent, which runs its checks. Disposing takes it out again.</summary>
    public async Task<ConsulLease> RegisterAsync(ConsulRegistration registration, CancellationToken cancellationToken)
    {
        await PutAsync("v1/agent/service/register", registration, cancellationToken);
        return new(() => DeregisterAsync(registration.Id, CancellationToken.None));
    }

    /// <summary>Takes an instance out of the agent.</summary>
    public Task DeregisterAsync(string id, CancellationToken cancellationToken) => PutAsync($"v1/agent/service/deregister/{id}", null, cancellationToken);

    /// <summary>Tells of a check that waits to be told.</summary>
    /// <param name="check">Its id.</param>
    /// <param name="state">pass, warn or fail.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task TellAsync(string check, string state, CancellationToken cancellationToken) => PutAsync($"v1/agent/check/{state}/{check}", null, cancellationToken);

    /// <summary>The checks that are in a state, of all services.</summary>
    public async Task<IReadOnlyList<ConsulCheck>> ChecksAsync(string state, CancellationToken cancellationToken)
        => (await _http.GetFromJsonAsync<IReadOnlyList<ConsulCheck>>($"v1/health/state/{state}", cancellationToken))!;

    /// <summary>Makes a token with which a service registers itself under its name. Disposing removes it.</summary>
    public async Task<(string Token, ConsulLease Lease)> AddTokenAsync(string service, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Put, "v1/acl/token", new { ServiceIdentities = new[] { new { ServiceName = service } } }, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var made = await response.Content.ReadFromJsonAsync<JsonDocument>(cancellationToken);
        var accessor = made!.RootElement.GetProperty("AccessorID").GetString();
        return (made.RootElement.GetProperty("SecretID").GetString()!, new(async () => (await SendAsync(HttpMethod.Delete, $"v1/acl/token/{accessor}", null, CancellationToken.None)).Dispose()));
    }

    /// <summary>Writes a key; disposing removes it.</summary>
    public async Task<ConsulLease> PutKeyAsync(string key, string value, CancellationToken cancellationToken)
    {
        using var content = new StringContent(value);
        using var response = await _http.PutAsync($"v1/kv/{key}", content, cancellationToken);
        response.EnsureSuccessStatusCode();
        return new(async () => (await _http.DeleteAsync($"v1/kv/{key}", CancellationToken.None)).Dispose());
    }

    /// <summary>Sends any request, and gives whatever is answered.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: AsWritten) };
        return await _http.SendAsync(request, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(IReadOnlyList<ConsulEntry> Entries, ulong Index)> GetAsync(string service, ulong index, TimeSpan wait, CancellationToken cancellationToken)
    {
        var query = index == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"?index={index}&wait={(long)wait.TotalMilliseconds}ms");
        using var response = await _http.GetAsync($"v1/health/service/{service}{query}", cancellationToken);
        response.EnsureSuccessStatusCode();
        var next = ulong.Parse(response.Headers.GetValues("X-Consul-Index").First(), CultureInfo.InvariantCulture);
        return ((await response.Content.ReadFromJsonAsync<IReadOnlyList<ConsulEntry>>(cancellationToken))!, Math.Max(next, 1));
    }

    private async Task PutAsync(string path, object? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Put, path, body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new StackException($"Consul answered {path} with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
