using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using XoeNovAi.Consul;
using XoeNovAi.Consul.Discovery;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>Consul as the tests ask it: by blocking queries where something is waited for.</summary>
internal sealed class ConsulApi : IDisposable
{
    private const string TestNode = "integration-tests";
    private static readonly JsonSerializerOptions AsWritten = new() { PropertyNamingPolicy = null };
    private static readonly TimeSpan WatchWait = TimeSpan.FromMinutes(1);
    private readonly ConsulClient _consul;
    private readonly HttpClient _anybody;

    /// <param name="address">Where its HTTP API is.</param>
    /// <param name="token">What allows more than looking up services.</param>
    /// <param name="authority">The certificate, as PEM, of whoever vouches for it; null when it speaks plain HTTP.</param>
    public ConsulApi(Uri address, string? token = null, string? authority = null)
    {
        _consul = new(new(address) { Token = token, Authorities = authority is null ? null : [X509Certificate2.CreateFromPem(authority)] });
        _anybody = new(CreateHandler(authority)) { BaseAddress = address };
        if (token is not null)
        {
            _anybody.DefaultRequestHeaders.Add("X-Consul-Token", token);
        }
    }

    /// <summary>All instances of a service, passing or not.</summary>
    public async Task<IReadOnlyList<HealthEntry>> InstancesAsync(string service, CancellationToken cancellationToken)
        => (await _consul.Health.InstancesAsync(service, null, default, cancellationToken)).Value;

    /// <summary>The id of the check that the only instance of a service has for itself.</summary>
    public async Task<string> CheckOfAsync(string service, CancellationToken cancellationToken)
        => (await InstancesAsync(service, cancellationToken)).Single().Checks.Single(static c => c.Id.StartsWith("service:", StringComparison.Ordinal)).Id;

    /// <summary>The names of all services.</summary>
    public async Task<IReadOnlyList<string>> ServicesAsync(CancellationToken cancellationToken)
        => [.. (await _consul.Catalog.ServicesAsync(default, cancellationToken)).Value.Keys];

    /// <summary>Waits until the instances of a service are as they should be, told by Consul of each change.</summary>
    /// <param name="awaited">What is waited for, for the message.</param>
    /// <param name="service">The service.</param>
    /// <param name="holds">Whether its instances are as they should be.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<HealthEntry>> WaitForAsync(string awaited, string service, Func<IReadOnlyList<HealthEntry>, bool> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        IReadOnlyList<HealthEntry> last = [];
        try
        {
            for (ulong index = 0; ;)
            {
                (last, index) = await _consul.Health.InstancesAsync(service, null, new(index, limit), deadline.Token);
                if (holds(last))
                {
                    return last;
                }

                index = Math.Max(index, 1);
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
        await _consul.Catalog.RegisterAsync(new(TestNode, host, new CatalogService(id, service, host, port)), cancellationToken);
        return new(() => _consul.Catalog.DeregisterAsync(TestNode, id, CancellationToken.None));
    }

    /// <summary>The instances whose checks all pass, and that a filter of Consul's lets through.</summary>
    public async Task<IReadOnlyList<HealthEntry>> PassingAsync(string service, CancellationToken cancellationToken, string? filter = null)
        => (await _consul.Health.InstancesAsync(service, new() { Passing = true, Filter = filter }, default, cancellationToken)).Value;

    /// <summary>All instances of a service, at once and again at each change, by blocking queries.</summary>
    public async IAsyncEnumerable<IReadOnlyList<HealthEntry>> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (ulong index = 0; ;)
        {
            var (entries, next) = await _consul.Health.InstancesAsync(service, null, new(index, WatchWait), cancellationToken);
            if (next != index)
            {
                yield return entries;
            }

            index = Math.Max(next, 1);
        }
    }

    /// <summary>Registers an instance with the agent, which runs its checks. Disposing takes it out again.</summary>
    public async Task<ConsulLease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        await _consul.Agent.RegisterAsync(registration, cancellationToken);
        return new(() => DeregisterAsync(registration.Id, CancellationToken.None));
    }

    /// <summary>Takes an instance out of the agent.</summary>
    public Task DeregisterAsync(string id, CancellationToken cancellationToken) => _consul.Agent.DeregisterAsync(id, cancellationToken);

    /// <summary>Tells of a check that waits to be told.</summary>
    /// <param name="check">Its id.</param>
    /// <param name="state">pass or warn.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task TellAsync(string check, string state, CancellationToken cancellationToken)
        => state == "pass" ? _consul.Agent.PassAsync(check, null, cancellationToken) : _consul.Agent.WarnAsync(check, null, cancellationToken);

    /// <summary>The checks that are in a state, of all services.</summary>
    public async Task<IReadOnlyList<HealthCheck>> ChecksAsync(string state, CancellationToken cancellationToken)
        => (await _anybody.GetFromJsonAsync<IReadOnlyList<HealthCheck>>($"v1/health/state/{state}", cancellationToken))!;

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
        await _consul.Keys.PutAsync(key, Encoding.UTF8.GetBytes(value), null, cancellationToken);
        return new(() => _consul.Keys.DeleteAsync(key, false, CancellationToken.None));
    }

    /// <summary>Sends any request, as anybody could, and gives whatever is answered.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: AsWritten) };
        return await _anybody.SendAsync(request, cancellationToken);
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

    public void Dispose()
    {
        _anybody.Dispose();
        _consul.Dispose();
    }
}
