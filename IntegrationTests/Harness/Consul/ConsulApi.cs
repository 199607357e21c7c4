using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>Consul as the tests ask it: by blocking queries where something is waited for.</summary>
internal sealed class ConsulApi : IDisposable
{
    private const string TestNode = "integration-tests";
    private static readonly JsonSerializerOptions AsWritten = new() { PropertyNamingPolicy = null };
    private readonly HttpClient _http;

    /// <param name="address">Where its HTTP API is.</param>
    /// <param name="token">What allows more than looking up services.</param>
    /// <param name="authority">The certificate, as PEM, of whoever vouches for it; null when it speaks plain HTTP.</param>
    public ConsulApi(Uri address, string? token = null, string? authority = null)
    {
        _http = new(CreateHandler(authority)) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
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

    /// <summary>A handler that trusts Consul's authority and nobody else.</summary>
    public static SocketsHttpHandler CreateHandler(string? authority)
    {
        var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false };
        if (authority is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { X509Certificate2.CreateFromPem(authority) } };
        }

        return handler;
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

    private async Task PutAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Put, path, body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new StackException($"Consul answered {path} with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
